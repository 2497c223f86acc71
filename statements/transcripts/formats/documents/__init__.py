"""Readers for documents of word processors and printers: Word, PDF."""
