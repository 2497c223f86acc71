"""Numbers of sessions, as tables print them."""

import re

_NUMBER = re.compile(r"(?P<number>\d{1,3})(?:\.0|\.|st|nd|rd|th)?(?: session)?", re.IGNORECASE)


def read_session_number(printed: str) -> int:
    """Return the number of a session; raises ValueError with a message for the user.

    >>> read_session_number("52"), read_session_number("52nd session")
    (52, 52)
    """
    match = _NUMBER.fullmatch(printed)
    number = int(match["number"]) if match and printed.isascii() else 0
    if not number:
        raise ValueError(f"“{printed[:20]}” is not the number of a session; write 1 to 999")
    return number
