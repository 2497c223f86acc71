"""The private PostgreSQL of a first run, used only if `DATABASE_URL` is not set.

Every process that needs the server holds a shared lock on one file while it runs. A small keeper
process waits for the exclusive lock. It gets that lock when the last holder has ended, however it
ended, and then stops the server. This module uses only the standard library.
"""

import contextlib
import fcntl
import os
import pwd
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from enum import Enum
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

from archive.firstrun import postgres_binaries
from archive.firstrun.state import (
    PROJECT,
    StateError,
    closed_folder,
    make_private,
    remembered_secret,
    state_dir,
    write_private,
)

NAME = "rostrum"  # of the database and of the role that owns it
PORT = 5432  # names the socket file; no network port is opened
SOCKET_FOLDER_LIMIT = 80  # bytes; the whole path of a socket may have 103 (macOS) or 107 (Linux)
PATIENCE = 60.0  # seconds for a server that is up but does not answer at all

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


class Answer(Enum):
    """The state that the server's socket reports."""

    UP = "up"
    BUSY = "starting or stopping"
    NONE = "nothing"


class Server:
    """The private server of one state folder, running or not."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.home = state / "postgres"
        self.data = self.home / "data"
        self.logs = self.home / "log"
        self.start_log = state / "postgres-start.log"
        self.sockets = self._socket_folder()
        self._password_set = state / "postgres-password.sha256"
        self._users = state / "postgres.users.lock"  # shared by holders
        self._start = state / "postgres.start.lock"  # one process prepares and starts
        self._kept = state / "postgres.keeper.lock"  # held by the keeper for its whole life

    def database_settings(self) -> dict[str, Any]:
        """Return the entry for Django's DATABASES. Nothing is started."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": str(self.sockets),
            "PORT": str(PORT),
            "NAME": NAME,
            "USER": NAME,
            "PASSWORD": self._password(),
        }

    def client_environment(self) -> dict[str, str]:
        """Return the variables with which psql, pg_dump and pg_restore find the server."""
        return {
            "PGHOST": str(self.sockets),
            "PGPORT": str(PORT),
            "PGUSER": NAME,
            "PGDATABASE": NAME,
            "PGPASSWORD": self._password(),
        }

    def binaries(self) -> postgres_binaries.Binaries:
        """Return programs of the version that made this server's data."""
        try:
            major = int((self.data / "PG_VERSION").read_text())
        except FileNotFoundError:
            major = None
        return postgres_binaries.find(self.state, major)

    # holding

    def hold(self) -> int:
        """Start the server if necessary and keep it running until the lock is released.

        Returns the descriptor of the lock, which the caller closes or passes to `release`. A
        forked child shares the lock, so the server runs until both processes have ended. Raises
        StateError.
        """
        lock = os.open(self._users, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_SH)  # waits while a keeper is stopping the server
            self.ensure()
        except BaseException:
            os.close(lock)
            raise
        return lock

    def ensure(self) -> bool:
        """Start the server if it does not answer; return whether it was started.

        The caller must hold the server. Raises StateError.
        """
        if self.answer() is Answer.UP and self._is_kept():
            return False
        with _exclusive(self._start):
            failures = 0
            since = time.monotonic()
            while True:
                if keeper_lock := _try_exclusive(self._kept):
                    if failures and not self._may_start_later(failures):
                        raise StateError(
                            "The private PostgreSQL did not start; the last lines of its logs are: "
                            f"{tail(self.start_log)} {tail(self._newest_log())}"
                        )
                    self._spawn_keeper(keeper_lock)
                    failures += 1
                answer = self.answer()
                if answer is Answer.UP:
                    return failures > 0
                if answer is Answer.BUSY:  # recovery after a crash may take long
                    since = time.monotonic()
                elif time.monotonic() - since > PATIENCE:
                    raise StateError(
                        f"The private PostgreSQL in {self.home} is running but not responding; "
                        f"its log is in {self.logs}."
                    )
                time.sleep(0.02)

    def release(self, lock: int, wait: float = 0) -> bool:
        """Release the server; return whether it stopped within `wait` seconds."""
        os.close(lock)
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline:
            if not self._is_kept():
                return True
            time.sleep(0.02)
        return False

    def answer(self) -> Answer:
        """Begin a session with the server, up to its request for a password."""
        parameters = f"user\0{NAME}\0database\0{NAME}\0\0".encode()
        packet = struct.pack("!ii", len(parameters) + 8, 196608) + parameters
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            try:
                connection.connect(str(self.sockets / f".s.PGSQL.{PORT}"))
                connection.sendall(packet)
                reply = connection.recv(1024)
            except OSError:
                return Answer.NONE
        if reply.startswith(b"E") and b"C57P03\0" in reply:  # cannot_connect_now
            return Answer.BUSY
        return Answer.UP if reply else Answer.NONE

    # starting

    def _spawn_keeper(self, keeper_lock: int) -> None:
        """Prepare the data, then start the keeper, which inherits the lock that shows it runs."""
        try:
            binaries = self.prepare()
            code = (
                "import sys; sys.path.insert(0, sys.argv[1]); "
                "from archive.firstrun import private_postgres; "
                "private_postgres.keep(*sys.argv[2:])"
            )
            arguments = [str(PROJECT), str(self.state), str(binaries.folder), str(keeper_lock)]
            with self.start_log.open("w") as log:
                subprocess.run(  # noqa: S603
                    [sys.executable, "-I", "-S", "-c", code, *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=(keeper_lock,),
                    cwd="/",
                    check=False,  # the lock shows whether a keeper runs
                )
        finally:
            os.close(keeper_lock)

    def prepare(self) -> postgres_binaries.Binaries:
        """Create what the server needs: programs, data, role and folders. Nothing is started."""
        if re.search(r'["$`\\\n]', str(self.state)):
            raise StateError(
                f"PostgreSQL cannot work in {self.state}: its name contains a quotation mark, a "
                "dollar sign, a backquote or a backslash. Set STATE_DIR to another folder."
            )
        owner = service_user()
        if owner.pw_uid != os.geteuid() and (closed := closed_folder(self.state)):
            raise StateError(
                f"PostgreSQL refuses to run as root, and {owner.pw_name} cannot reach "
                f"{self.state}: {closed} does not let other users in. Run chmod o+x on it, or set "
                "STATE_DIR."
            )
        binaries = self.binaries()
        make_private(self.home, owner=owner.pw_uid)
        make_private(self.logs, owner=owner.pw_uid)
        make_private(self.sockets, owner=owner.pw_uid)
        if self.postmaster():
            return binaries
        postgres_binaries.drop_others(self.state, binaries)
        if not self.data.exists():
            for stale in self.home.glob("new-*"):
                shutil.rmtree(stale)
            self._make_data(binaries, owner)
        self._set_password(binaries, owner)
        return binaries

    def _make_data(self, binaries: postgres_binaries.Binaries, owner: pwd.struct_passwd) -> None:
        fresh = Path(tempfile.mkdtemp(prefix="new-", dir=self.home))
        os.chown(fresh, owner.pw_uid, owner.pw_gid)
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command = [str(binaries.folder / "initdb"), f"--pgdata={fresh}", "--username=postgres"]
        command += ["--encoding=UTF8", "--data-checksums", "--auth=reject", "--locale=C"]
        command += builtin if binaries.major >= 17 else []
        # trigrams use the character classes of C.UTF-8, which not every system has
        for letters in (["--lc-ctype=C.UTF-8"], ["--lc-ctype=en_US.UTF-8"], []):
            result = run_as(owner, [*command, *letters])
            if result.returncode == 0:
                break
        else:
            raise StateError(
                f"initdb could not create the private database: {_last(result.stderr)}"
            )
        self._single(
            binaries,
            owner,
            fresh,
            f"CREATE ROLE {NAME} LOGIN CREATEDB",
            f"CREATE DATABASE {NAME} OWNER {NAME}",
        )
        # the superuser has no password and so cannot log in; the archive's role is enough
        rules = fresh / "pg_hba.conf"
        rules.write_text("local all all scram-sha-256\n")
        self._password_set.unlink(missing_ok=True)  # it belongs to data that no longer exist
        fresh.rename(self.data)

    def _set_password(self, binaries: postgres_binaries.Binaries, owner: pwd.struct_passwd) -> None:
        """Set the role's password to the one in the file, which may have been lost and replaced."""
        password = self._password()
        digest_file = self._password_set
        digest = sha256(f"{self.data.stat().st_ino} {password}".encode()).hexdigest()
        if not digest_file.exists() or digest_file.read_text() != digest:
            self._single(binaries, owner, self.data, f"ALTER ROLE {NAME} PASSWORD '{password}'")
            write_private(digest_file, digest, replace=True)

    def _single(
        self,
        binaries: postgres_binaries.Binaries,
        owner: pwd.struct_passwd,
        data: Path,
        *lines: str,
    ) -> None:
        """Run statements in PostgreSQL's single-user mode, which needs no login."""
        command = [str(binaries.folder / "postgres"), "--single", "-D", str(data), "postgres"]
        result = run_as(owner, command, "".join(f"{line};\n" for line in lines))
        if result.returncode or re.search(r"\b(ERROR|FATAL|PANIC):", result.stderr):
            raise StateError(f"The private database could not be set up: {_last(result.stderr)}")

    def _may_start_later(self, failures: int) -> bool:
        """Return whether another start may succeed: a killed server's children end later."""
        time.sleep(0.5)
        return failures < 20 and "still in use" in tail(self.start_log, lines=20)

    # looking

    def postmaster(self) -> int | None:
        """Return the process number of the server if it runs, with or without a keeper."""
        try:
            number = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(number, 0)
        except (OSError, ValueError):
            return None
        try:
            return number if Path(f"/proc/{number}/cwd").samefile(self.data) else None
        except OSError:
            listing = subprocess.run(  # noqa: S603
                ["ps", "-p", str(number), "-o", "args="],  # noqa: S607
                capture_output=True,
                text=True,
                check=False,
            )
            return number if str(self.data) in listing.stdout else None

    def serve(self, binaries: str) -> subprocess.Popen[bytes]:
        """Start the server as a child of this process."""
        self._disown_locks()
        command = [f"{binaries}/postgres", "-D", str(self.data)]
        settings = SETTINGS | {
            "unix_socket_directories": f'"{self.sockets}"',
            "log_directory": str(self.logs),
        }
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            cwd="/",
            **_credentials(service_user()),
        )

    def stop_when_unheld(self) -> None:
        """Wait until no process holds the server, then stop it, while none can hold it."""
        lock = os.open(self._users, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        for signal_number, patience in (
            (signal.SIGINT, 60.0),
            (signal.SIGQUIT, 10.0),
            (signal.SIGKILL, 5.0),
        ):
            self.signal(signal_number)
            deadline = time.monotonic() + patience
            while time.monotonic() < deadline:
                if not self.postmaster():
                    return
                time.sleep(0.02)

    def signal(self, signal_number: signal.Signals) -> None:
        """Send a signal to the server if it runs."""
        if number := self.postmaster():
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal_number)

    def _disown_locks(self) -> None:
        """Write this process, the next server's parent, into lock files that the last server left.

        The number in them may by now belong to another process, or to one that ended and was not
        reaped, and the server would refuse to start. The server treats a file that names its own
        parent as stale, and decides by its other lines whether orphaned children use the data.
        """
        for path in (self.data / "postmaster.pid", self.sockets / f".s.PGSQL.{PORT}.lock"):
            with contextlib.suppress(FileNotFoundError), path.open("r+b") as file:
                _, newline, rest = file.read().partition(b"\n")
                if not newline:  # the machine stopped before it was written
                    path.unlink()
                    continue
                file.seek(0)
                file.write(str(os.getpid()).encode() + newline + rest)
                file.truncate()

    def _is_kept(self) -> bool:
        if (lock := _try_exclusive(self._kept)) is None:
            return True
        os.close(lock)
        return False

    def _newest_log(self) -> Path:
        logs = sorted(self.logs.glob("*.log"), key=lambda path: path.stat().st_mtime)
        return logs[-1] if logs else self.start_log

    def _password(self) -> str:
        return remembered_secret(self.state / "postgres-password")

    def _socket_folder(self) -> Path:
        """Return a folder whose path is short and plain enough for a socket."""
        folder = self.home / "run"
        plain = re.fullmatch(r"[\w/ .+-]+", str(folder))
        if plain and len(os.fsencode(folder)) <= SOCKET_FOLDER_LIMIT:
            return folder
        name = sha256(f"{os.geteuid()} {self.state}".encode()).hexdigest()[:12]
        return Path("/tmp") / f"rostrum-{name}"  # noqa: S108 (ownership is checked)


def database_settings() -> dict[str, Any]:
    """Return Django's settings of the private database. Nothing is started."""
    return Server(state_dir()).database_settings()


_locks: list[int] = []


def hold() -> None:
    """Keep the private server running until this process ends. Further calls do nothing."""
    if not _locks:
        _locks.append(Server(state_dir()).hold())


def keep(state: str, binaries: str, keeper_lock: str) -> NoReturn:
    """Run the server, or adopt one that lost its keeper, until no process holds it."""
    if os.fork():
        os._exit(0)  # the caller need not wait
    os.setsid()
    server = Server(Path(state))
    signal.signal(signal.SIGTERM, lambda *_: server.signal(signal.SIGINT))
    process = None if server.postmaster() else server.serve(binaries)
    threading.Thread(target=server.stop_when_unheld, daemon=True).start()
    if process:
        process.wait()
    while server.postmaster():
        time.sleep(0.5)
    os.close(
        int(keeper_lock)
    )  # before the other lock: a process waiting for that must see no keeper
    os._exit(0)


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
        env=_ENVIRONMENT,
        cwd="/",
        **_credentials(owner),
    )


def tail(path: Path, lines: int = 3) -> str:
    """Return the last lines of a log, or "" if there is none."""
    try:
        return " / ".join(path.read_text(errors="replace").strip().splitlines()[-lines:])
    except OSError:
        return ""


_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"}


def _credentials(owner: pwd.struct_passwd) -> dict[str, Any]:
    if os.geteuid():
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _last(text: str) -> str:
    return " / ".join(text.strip().splitlines()[-3:])


def _try_exclusive(path: Path) -> int | None:
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


@contextlib.contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def main(arguments: Sequence[str]) -> int:
    """Run a client program such as pg_dump against the private server."""
    if not arguments:
        sys.stderr.write(
            "usage: python -m archive.firstrun.private_postgres "
            "pg_dump|pg_restore|psql … [argument …]\n"
        )
        return 2
    server = Server(state_dir())
    try:
        lock = server.hold()
        program = server.binaries().folder / arguments[0]
    except StateError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    try:
        result = subprocess.run(  # noqa: S603
            [program, *arguments[1:]], env=os.environ | server.client_environment(), check=False
        )
    finally:
        server.release(lock)
    return result.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
