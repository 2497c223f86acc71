"""Pages of what readers keep: results of searches and collections of speeches."""
