"""Helpers shared by the tests of several packages: rows, files, archives, sites and people."""
