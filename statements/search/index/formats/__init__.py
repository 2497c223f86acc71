"""The formats of a segment's files, byte by byte: those of Whoosh and those of the archive."""
