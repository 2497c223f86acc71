"""What a language brings to reading: titles, names of States, notes."""
