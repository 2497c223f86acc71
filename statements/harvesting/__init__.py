"""OAI-PMH 2.0, by which libraries and aggregators copy records and keep the copies up to date.

The protocol: https://www.openarchives.org/OAI/2.0/openarchivesprotocol.htm.
"""
