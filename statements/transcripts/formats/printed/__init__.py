"""Pages with words at their places: PDF files, and what text recognition states."""
