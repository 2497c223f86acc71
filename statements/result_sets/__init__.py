"""What readers keep: results of searches at permanent addresses, and collections of speeches.

``storing`` keeps the result of a search, ``comparison`` says what has changed since, and
``collections`` reads the addresses of collections.
"""
