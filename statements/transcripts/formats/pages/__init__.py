"""Readers for pages of text with headings and emphasis: web pages and Markdown."""
