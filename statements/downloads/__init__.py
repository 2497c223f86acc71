"""The files that readers take away: all speeches of a search as tables, objects or texts.

A suffix before the query of a page is the address of its file: ``/search/?q=river`` as a table is
``/search.csv?q=river``.
"""
