"""Page layout: turns words on printed pages into lines and paragraphs."""
