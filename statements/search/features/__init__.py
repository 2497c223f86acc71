"""What is offered around a search: each module answers one question."""
