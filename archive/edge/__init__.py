"""Host names, response headers and rate limits."""
