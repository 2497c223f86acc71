"""What is stored in the cluster, and how it follows the database."""
