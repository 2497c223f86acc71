"""Tools for assistants that speak the Model Context Protocol (MCP): the searches and texts of the
API as quotations with absolute addresses, counts, and the state of the index.

``server`` and ``http`` need the package ``mcp``, which the site itself does without.
"""
