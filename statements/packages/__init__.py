"""The whole archive as a data package (https://datapackage.org): its tables, trees of documents and
original files, written to a folder, and read back into an empty database.

The public scope has what a visitor may see; the full scope has all rows. See
``docs/reference/archive-packages.md``.
"""
