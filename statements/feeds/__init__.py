"""Feeds in Atom and JSON Feed, and sitemaps for web search engines."""
