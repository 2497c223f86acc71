"""Completes what a reader types."""
