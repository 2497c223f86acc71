"""Files come in: uploads, folders, archives, tables and data sets."""
