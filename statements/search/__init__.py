"""The search engine of the archive: an index in Whoosh's format, and what is asked of it."""

from statements.search.index.formats.unpickling import restrict_whoosh

# before any module of this package can have Whoosh read a file
restrict_whoosh()
