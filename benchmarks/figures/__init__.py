"""Figures that pages and the API state, counted again from the texts."""
