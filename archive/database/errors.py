"""What exceptions of disk and database say."""

import errno

_FULL_CODES = {"53100"}  # disk_full
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


def is_no_space(error: BaseException | None) -> bool:
    """Tell whether an exception, or what caused it, says that a disk is full."""
    while error is not None:
        if isinstance(error, OSError):
            if error.errno in _NO_SPACE:
                return True
            # tempfile looks for a folder that can be written, and does not say why it found none
            if "No usable temporary directory" in str(error):
                return True
        if sqlstate(error) in _FULL_CODES:
            return True
        error = error.__cause__
    return False


def sqlstate(error: BaseException) -> str | None:
    """Return PostgreSQL's code of an exception of psycopg, or of Django's for it."""
    code: str | None = getattr(error, "sqlstate", None) or getattr(
        error.__cause__, "sqlstate", None
    )
    return code
