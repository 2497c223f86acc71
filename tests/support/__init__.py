"""What tests of several rooms stand on: rows, files, archives, sites and people."""
