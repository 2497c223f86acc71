"""The keeper of the private PostgreSQL: a small process that runs the server as long as other
processes hold it. This module uses only the standard library.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import NoReturn

from archive.firstrun.postgres_cluster import PORT, Cluster
from archive.firstrun.postgres_user import ENVIRONMENT, credentials, service_user

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # one file a weekday, each emptied when its day comes again
    "logging_collector": "on",
    "log_filename": "postgres-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
}


def keep(state: str, binaries: str, keeper_lock: str) -> NoReturn:
    """Run the server, or adopt one that lost its keeper, until no process holds it."""
    if os.fork():
        os._exit(0)  # the caller need not wait
    os.setsid()
    cluster = Cluster(Path(state))
    signal.signal(signal.SIGTERM, lambda *_: _signal(cluster, signal.SIGINT))
    process = None if cluster.postmaster() else _serve(cluster, binaries)
    threading.Thread(target=_stop_when_unheld, args=(cluster,), daemon=True).start()
    if process:
        process.wait()
    while cluster.postmaster():
        time.sleep(0.5)
    # before the other lock: a process waiting for that must see no keeper
    os.close(int(keeper_lock))
    os._exit(0)


def _serve(cluster: Cluster, binaries: str) -> subprocess.Popen[bytes]:
    """Start the server as a child of this process."""
    _disown_locks(cluster)
    command = [f"{binaries}/postgres", "-D", str(cluster.data)]
    settings = SETTINGS | {
        "unix_socket_directories": f'"{cluster.sockets}"',
        "log_directory": str(cluster.logs),
    }
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return subprocess.Popen(  # noqa: S603
        command,
        stdin=subprocess.DEVNULL,
        env=ENVIRONMENT,
        cwd="/",
        **credentials(service_user()),
    )


def _stop_when_unheld(cluster: Cluster) -> None:
    """Wait until no process holds the server, then stop it, while none can hold it."""
    lock = os.open(cluster.users_lock, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    for signal_number, patience in (
        (signal.SIGINT, 60.0),
        (signal.SIGQUIT, 10.0),
        (signal.SIGKILL, 5.0),
    ):
        _signal(cluster, signal_number)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if not cluster.postmaster():
                return
            time.sleep(0.02)


def _signal(cluster: Cluster, signal_number: signal.Signals) -> None:
    """Send a signal to the server if it runs."""
    if number := cluster.postmaster():
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal_number)


def _disown_locks(cluster: Cluster) -> None:
    """Write this process, the next server's parent, into lock files that the last server left.

    The number in them may by now belong to another process, or to one that ended and was not
    reaped, and the server would refuse to start. The server treats a file that names its own
    parent as stale, and decides by its other lines whether orphaned children use the data.
    """
    for path in (cluster.data / "postmaster.pid", Path(f"{cluster.socket_path}.lock")):
        with contextlib.suppress(FileNotFoundError), path.open("r+b") as file:
            _, newline, rest = file.read().partition(b"\n")
            if not newline:  # the machine stopped before it was written
                path.unlink()
                continue
            file.seek(0)
            file.write(str(os.getpid()).encode() + newline + rest)
            file.truncate()
