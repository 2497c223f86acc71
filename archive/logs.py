"""The format of the log: one line per event, even if it quotes what a client sent."""

import logging
import re

_LOGGERS_OF_REQUESTS = ("django.request", "django.security")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class LineFormatter(logging.Formatter):
    """Escapes line ends and other control characters of a message. A traceback keeps its lines."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        return _CONTROLS.sub(lambda match: ascii(match[0])[1:-1], super().formatMessage(record))


class RejectionFilter(logging.Filter):
    """Removes the traceback from records of requests that were rejected with a status of 4xx.

    Django logs one for a missing permission, a foreign host name or a damaged form. The message
    has the reason; a traceback would only help somebody to flood the log.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Accept every record."""
        status = getattr(record, "status_code", None)
        if record.name.startswith(_LOGGERS_OF_REQUESTS) and isinstance(status, int):
            if 400 <= status < 500:
                record.exc_info = record.exc_text = None
        return True
