"""Plain text below any form: characters, lines and broken words."""
