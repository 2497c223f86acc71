"""Text becomes terms: words are cut out, folded, and joined with their inflected forms."""
