"""E-mail alerts: new speeches of a search, sent to readers who confirmed their address.

``requests`` takes, confirms and ends alerts; ``messages`` writes the mails, and ``delivery`` sends
them, in the worker. Nothing here runs unless the setting ``ALERTS`` is on.
"""
