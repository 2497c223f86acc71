"""A Django app as Haystack's tutorial would have it, for the stock Whoosh engine: one model, one
index with text and three facets."""
