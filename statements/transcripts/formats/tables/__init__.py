"""Reader for tables with one speech a row: CSV, TSV and JSON Lines, also compressed with gzip.

Columns are recognised by their headers or named by the caller. The text of a row is read like any
other text; its other cells become the ``source_metadata`` of the speech.
"""
