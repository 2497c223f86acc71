"""Atom feeds of searches, and sitemaps for web search engines."""
