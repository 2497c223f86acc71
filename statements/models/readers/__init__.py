"""What readers, who have no accounts, have the archive store for them."""
