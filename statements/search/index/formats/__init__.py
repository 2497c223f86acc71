"""The files of a segment, byte by byte: those of Whoosh, and those kept beside them."""
