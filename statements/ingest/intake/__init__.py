"""Takes files in: uploads, folders, archives, tables and data sets."""
