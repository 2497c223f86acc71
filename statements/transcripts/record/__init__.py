"""What a record prints besides speeches: first page, headings, votes, references."""
