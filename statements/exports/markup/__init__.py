"""Meetings and speeches as documents: TEI, Akoma Ntoso and EPUB.

``debate.meeting_document``, ``speech_document`` and ``selection_document`` read what is to be
written; ``files.MARKUP`` has the formats in XML, each with a function that writes it, and ``epub``
writes books.
"""
