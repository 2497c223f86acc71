"""Drills with a real browser on a running site: jobs of readers, accessibility, pictures."""
