"""What the archive holds and what it lacks: sources, countries against sessions or years, gaps."""
