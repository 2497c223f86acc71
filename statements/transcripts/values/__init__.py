"""The values that reading returns, and their symbols, dates and JSON."""
