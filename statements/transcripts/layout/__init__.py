"""Words on printed pages become lines and paragraphs."""
