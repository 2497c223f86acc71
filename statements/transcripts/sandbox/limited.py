"""Becomes another program, with limits: ``python -IS …/limited.py PROCESSOR_SECONDS ADDRESS_SPACE
FILE_SIZE NICENESS PROGRAM [ARGUMENT…]``.

It is run by its path and imports nothing of the project, since it runs twice for each page of a
scan.
"""

import contextlib
import ctypes
import os
import sys

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_SIGKILL = 9


def main(seconds: str, address_space: str, file_size: str, niceness: str, *command: str) -> None:
    if sys.platform != "win32":
        import resource

        os.nice(int(niceness))
        for kind, limit in (
            (resource.RLIMIT_CPU, int(seconds)),
            (resource.RLIMIT_AS, int(address_space)),
            (resource.RLIMIT_FSIZE, int(file_size)),
            (resource.RLIMIT_NPROC, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            with contextlib.suppress(ValueError, OSError):  # macOS has no limit on address space
                resource.setrlimit(kind, (limit, limit))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    os.execv(command[0], command)  # noqa: S606 - the caller names it


if __name__ == "__main__":
    main(*sys.argv[1:])
