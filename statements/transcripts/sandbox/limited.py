"""Becomes another program, with limits: ``python -m statements.transcripts.sandbox.limited PROGRAM
[ARGUMENT…]``."""

import contextlib
import os
import sys

from statements.transcripts.values.interchange import (
    ADDRESS_SPACE,
    LARGEST_RESULT,
    PROCESSOR_SECONDS,
)


def main(command: list[str]) -> None:
    if sys.platform != "win32":
        import resource

        for kind, limit in (
            (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
            (resource.RLIMIT_AS, ADDRESS_SPACE),
            (resource.RLIMIT_FSIZE, LARGEST_RESULT),
            (resource.RLIMIT_NPROC, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            with contextlib.suppress(ValueError, OSError):  # macOS has no limit on address space
                resource.setrlimit(kind, (limit, limit))
    os.execv(command[0], command)  # noqa: S606 - the caller names it


if __name__ == "__main__":
    main(sys.argv[1:])
