"""The user that runs the private PostgreSQL, and programs run as this user."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from typing import Any

from archive.firstrun.state import StateError

ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"}


def service_user() -> pwd.struct_passwd:
    """Return the user that runs the server: this one, or `nobody` if this is root."""
    if os.geteuid():
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        raise StateError(
            "PostgreSQL refuses to run as root, and this system has no user named nobody: "
            "run this as an ordinary user, or set DATABASE_URL."
        ) from None


def run_as(
    owner: pwd.struct_passwd, command: Sequence[str], text: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a program of the server as its user, without our environment variables."""
    return subprocess.run(  # noqa: S603
        command,
        input=text,
        capture_output=True,
        text=True,
        check=False,
        env=ENVIRONMENT,
        cwd="/",
        **credentials(owner),
    )


def credentials(owner: pwd.struct_passwd) -> dict[str, Any]:
    """Return the arguments with which `subprocess` runs a program as this user."""
    if os.geteuid():
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
