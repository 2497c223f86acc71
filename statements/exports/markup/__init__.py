"""Meetings and speeches in the XML formats of the field: TEI and Akoma Ntoso.

``debate.meeting_document`` and ``debate.speech_document`` read what is to be written;
``files.MARKUP`` has the formats, each with a function that writes it.
"""
