"""What others follow or crawl: Atom feeds of searches, sitemaps."""
