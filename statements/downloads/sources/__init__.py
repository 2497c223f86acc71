"""What the files of each kind of page are written of: a function for each address."""
