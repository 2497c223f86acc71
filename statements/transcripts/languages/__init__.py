"""Words that a language uses in records: titles, names of States, notes of languages."""
