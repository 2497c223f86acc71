"""Speeches as files with a row, an object or a passage for each, written while they are read.

``files.TABLES`` has the formats. Each writes an ``Export``, whose speeches are read in batches, so
that memory does not grow with their number. ``manifest`` describes a file that was written, and
``archives`` puts both in a ZIP.
"""
