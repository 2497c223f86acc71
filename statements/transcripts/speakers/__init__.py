"""Who speaks, for whom, and in what capacity."""
