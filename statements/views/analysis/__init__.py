"""The views of a search beside the list of speeches: a module for each, with what its template
shows. ``tabs`` has all of them.
"""
