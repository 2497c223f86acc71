"""The site as its own processes run it, and the people who use it."""
