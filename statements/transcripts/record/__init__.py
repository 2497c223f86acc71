"""The parts of a record besides speeches: first page, headings, votes, references."""
