"""The private PostgreSQL of a first run, used only where no `DATABASE_URL` is set.

Every process that needs the server holds a shared lock on one file for as long as it lives. A
small keeper beside the server waits for the exclusive lock: it gets it when the last holder is
gone, however that one ended, and then stops the server. Only the standard library is used.
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
    """What comes back from the server's socket."""

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
        """Return the entry of Django's DATABASES; starts nothing."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": str(self.sockets),
            "PORT": str(PORT),
            "NAME": NAME,
            "USER": NAME,
            "PASSWORD": self._password(),
        }

    def client_environment(self) -> dict[str, str]:
        """Return what psql, pg_dump and pg_restore need to find the server."""
        return {
            "PGHOST": str(self.sockets),
            "PGPORT": str(PORT),
            "PGUSER": NAME,
            "PGDATABASE": NAME,
            "PGPASSWORD": self._password(),
        }

    def binaries(self) -> postgres_binaries.Binaries:
        """Return the programs that fit this server's data."""
        try:
            major = int((self.data / "PG_VERSION").read_text())
        except FileNotFoundError:
            major = None
        return postgres_binaries.find(self.state, major)

    # holding

    def hold(self) -> int:
        """Have the server up and keep it so; returns the lock's file, to be closed when done.

        A forked child shares the lock, so the server outlives whichever of them ends first.
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
        """Start the server if it does not answer, and tell so; only for one that holds it."""
        if self.answer() is Answer.UP and self._is_kept():
            return False
        with _exclusive(self._start):
            failures = 0
            since = time.monotonic()
            while True:
                if kept := _try_exclusive(self._kept):
                    if failures and not self._may_start_later(failures):
                        raise StateError(
                            "The private PostgreSQL did not start; its last words were: "
                            f"{tail(self.start_log)} {tail(self._newest_log())}"
                        )
                    self._spawn_keeper(kept)
                    failures += 1
                answer = self.answer()
                if answer is Answer.UP:
                    return failures > 0
                if answer is Answer.BUSY:  # recovery after a crash takes what it takes
                    since = time.monotonic()
                elif time.monotonic() - since > PATIENCE:
                    raise StateError(
                        f"The private PostgreSQL in {self.home} runs but does not answer; "
                        f"its log is in {self.logs}."
                    )
                time.sleep(0.02)

    def release(self, lock: int, wait: float = 0) -> bool:
        """Let go of the server; tells whether it stopped within the time given."""
        os.close(lock)
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline:
            if not self._is_kept():
                return True
            time.sleep(0.02)
        return False

    def answer(self) -> Answer:
        """Ask the server for a session, as far as its request for a password."""
        words = f"user\0{NAME}\0database\0{NAME}\0\0".encode()
        packet = struct.pack("!ii", len(words) + 8, 196608) + words
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(2)
            try:
                line.connect(str(self.sockets / f".s.PGSQL.{PORT}"))
                line.sendall(packet)
                reply = line.recv(1024)
            except OSError:
                return Answer.NONE
        if reply.startswith(b"E") and b"C57P03\0" in reply:  # cannot_connect_now
            return Answer.BUSY
        return Answer.UP if reply else Answer.NONE

    # starting

    def _spawn_keeper(self, kept: int) -> None:
        """Prepare the data, then start the keeper, who inherits the lock that proves it lives."""
        try:
            binaries = self.prepare()
            call = "import sys; sys.path.insert(0, sys.argv[1]); from archive.firstrun import private_postgres; "
            call += "private_postgres.keep(*sys.argv[2:])"
            told = [str(PROJECT), str(self.state), str(binaries.folder), str(kept)]
            with self.start_log.open("w") as log:
                subprocess.run(  # noqa: S603
                    [sys.executable, "-I", "-S", "-c", call, *told],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=(kept,),
                    cwd="/",
                    check=False,  # whether a keeper lives shows in the lock
                )
        finally:
            os.close(kept)

    def prepare(self) -> postgres_binaries.Binaries:
        """Make what a server needs: programs, data, role, folders. Nothing runs yet."""
        if re.search(r'["$`\\\n]', str(self.state)):
            raise StateError(
                f"PostgreSQL cannot work in {self.state}: its name holds a quotation mark, a "
                "dollar sign, a backquote or a backslash. Set STATE_DIR to another folder."
            )
        owner = service_user()
        if owner.pw_uid != os.geteuid() and (closed := closed_folder(self.state)):
            raise StateError(
                f"PostgreSQL refuses to run as root, and {owner.pw_name} cannot reach {self.state}:"
                f" {closed} is closed. Open it (chmod o+x), or set STATE_DIR."
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
        # word rules for trigrams come from the system's C.UTF-8; not every system has it
        for letters in (["--lc-ctype=C.UTF-8"], ["--lc-ctype=en_US.UTF-8"], []):
            made = run_as(owner, [*command, *letters])
            if made.returncode == 0:
                break
        else:
            raise StateError(f"initdb could not make the private database: {_last(made.stderr)}")
        self._single(
            binaries,
            owner,
            fresh,
            f"CREATE ROLE {NAME} LOGIN CREATEDB",
            f"CREATE DATABASE {NAME} OWNER {NAME}",
        )
        # the superuser has no password and so can never log in; the archive's role is enough
        rules = fresh / "pg_hba.conf"
        rules.write_text("local all all scram-sha-256\n")
        self._password_set.unlink(missing_ok=True)  # it spoke of data that are gone
        fresh.rename(self.data)

    def _set_password(self, binaries: postgres_binaries.Binaries, owner: pwd.struct_passwd) -> None:
        """Give the role the password of the file, unless it has it: the file may be lost."""
        password = self._password()
        known = self._password_set
        digest = sha256(f"{self.data.stat().st_ino} {password}".encode()).hexdigest()
        if not known.exists() or known.read_text() != digest:
            self._single(binaries, owner, self.data, f"ALTER ROLE {NAME} PASSWORD '{password}'")
            write_private(known, digest, replace=True)

    def _single(
        self, binaries: postgres_binaries.Binaries, owner: pwd.struct_passwd, data: Path, *lines: str
    ) -> None:
        """Run statements in PostgreSQL's single-user mode, which needs no log-in."""
        command = [str(binaries.folder / "postgres"), "--single", "-D", str(data), "postgres"]
        done = run_as(owner, command, "".join(f"{line};\n" for line in lines))
        if done.returncode or re.search(r"\b(ERROR|FATAL|PANIC):", done.stderr):
            raise StateError(f"The private database could not be set up: {_last(done.stderr)}")

    def _may_start_later(self, failures: int) -> bool:
        """Tell whether another start may succeed: a killed server's children take a moment."""
        time.sleep(0.5)
        return failures < 20 and "still in use" in tail(self.start_log, lines=20)

    # looking

    def postmaster(self) -> int | None:
        """Return the number of the server's process if it lives, kept or not."""
        try:
            number = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(number, 0)
        except (OSError, ValueError):
            return None
        try:
            return number if Path(f"/proc/{number}/cwd").samefile(self.data) else None
        except OSError:
            told = subprocess.run(  # noqa: S603
                ["ps", "-p", str(number), "-o", "args="],  # noqa: S607
                capture_output=True,
                text=True,
                check=False,
            )
            return number if str(self.data) in told.stdout else None

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
        """Wait until nobody holds the server, then stop it; nobody can take it up meanwhile."""
        lock = os.open(self._users, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        for how, patience in ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0)):
            self.signal(how)
            deadline = time.monotonic() + patience
            while time.monotonic() < deadline:
                if not self.postmaster():
                    return
                time.sleep(0.02)

    def signal(self, how: signal.Signals) -> None:
        """Signal the server, if it lives."""
        if number := self.postmaster():
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, how)

    def _disown_locks(self) -> None:
        """Put this process, the next server's parent, into lock files that the last one left.

        The number in them may be another process's by now, or of one that died and was not
        reaped, and the server would refuse to start. A file that names its parent it takes for
        left over, and then judges by the rest of it whether orphaned children use the data.
        """
        for path in (self.data / "postmaster.pid", self.sockets / f".s.PGSQL.{PORT}.lock"):
            with contextlib.suppress(FileNotFoundError), path.open("r+b") as file:
                _, newline, rest = file.read().partition(b"\n")
                if not newline:  # the machine went down before it was written
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
        logs = sorted(self.logs.glob("*.log"), key=lambda each: each.stat().st_mtime)
        return logs[-1] if logs else self.start_log

    def _password(self) -> str:
        return remembered_secret(self.state / "postgres-password")

    def _socket_folder(self) -> Path:
        """Return a folder whose name a socket and the server's own lists can carry."""
        folder = self.home / "run"
        plain = re.fullmatch(r"[\w/ .+-]+", str(folder))
        if plain and len(os.fsencode(folder)) <= SOCKET_FOLDER_LIMIT:
            return folder
        name = sha256(f"{os.geteuid()} {self.state}".encode()).hexdigest()[:12]
        return Path("/tmp") / f"rostrum-{name}"  # noqa: S108 (ownership is checked)


def database_settings() -> dict[str, Any]:
    """Return Django's settings of the private database; starts nothing."""
    return Server(state_dir()).database_settings()


_held: list[int] = []


def hold() -> None:
    """Have the private server up until this process ends; asking again costs nothing."""
    if not _held:
        _held.append(Server(state_dir()).hold())


def keep(state: str, binaries: str, kept: str) -> NoReturn:
    """Be the keeper: run the server, or adopt one that lost its keeper, until nobody holds it."""
    if os.fork():
        os._exit(0)  # whoever started us need not wait
    os.setsid()
    server = Server(Path(state))
    signal.signal(signal.SIGTERM, lambda *_: server.signal(signal.SIGINT))
    process = None if server.postmaster() else server.serve(binaries)
    threading.Thread(target=server.stop_when_unheld, daemon=True).start()
    if process:
        process.wait()
    while server.postmaster():
        time.sleep(0.5)
    os.close(int(kept))  # before the other lock is freed: who waits for that must see no keeper
    os._exit(0)


def service_user() -> pwd.struct_passwd:
    """Return whom the server runs as: ourselves, or for root, whom PostgreSQL refuses, nobody."""
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
    owner: pwd.struct_passwd, command: Sequence[str], words: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a program of the server as its user, with nothing of our environment."""
    return subprocess.run(  # noqa: S603
        command,
        input=words,
        capture_output=True,
        text=True,
        check=False,
        env=_ENVIRONMENT,
        cwd="/",
        **_credentials(owner),
    )


def tail(path: Path, lines: int = 3) -> str:
    """Return the last lines of a log, if it is there."""
    try:
        return " / ".join(path.read_text(errors="replace").strip().splitlines()[-lines:])
    except OSError:
        return ""


_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"}


def _credentials(owner: pwd.struct_passwd) -> dict[str, Any]:
    if os.geteuid():
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _last(words: str) -> str:
    return " / ".join(words.strip().splitlines()[-3:])


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
            "usage: python -m archive.firstrun.private_postgres pg_dump|pg_restore|psql … [argument …]\n"
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
        done = subprocess.run(  # noqa: S603
            [program, *arguments[1:]], env=os.environ | server.client_environment(), check=False
        )
    finally:
        server.release(lock)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
