"""What pages and programs are told of a meeting: the roll of its speakers, and its votes."""
