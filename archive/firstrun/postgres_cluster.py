"""The files of the private PostgreSQL: its data, which `initdb` calls a cluster, and the folders of
its logs and its socket. This module uses only the standard library.
"""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path

from archive.firstrun import postgres_binaries
from archive.firstrun.postgres_user import run_as, service_user
from archive.firstrun.state import (
    StateError,
    closed_folder,
    make_private,
    remembered_secret,
    write_private,
)

NAME = "rostrum"  # of the database and of the role that owns it
PORT = 5432  # names the socket file; no network port is opened
SOCKET_FOLDER_LIMIT = 80  # bytes; the whole path of a socket may have 103 (macOS) or 107 (Linux)


class Cluster:
    """The private server of one state folder as it is on the disk, running or not."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.home = state / "postgres"
        self.data = self.home / "data"
        self.logs = self.home / "log"
        self.sockets = self._socket_folder()
        self._password_set = state / "postgres-password.sha256"
        self.users_lock = state / "postgres.users.lock"  # shared by holders
        self.keeper_lock = state / "postgres.keeper.lock"  # held by the keeper for its whole life

    @property
    def socket_path(self) -> Path:
        return self.sockets / f".s.PGSQL.{PORT}"

    @property
    def password(self) -> str:
        return remembered_secret(self.state / "postgres-password")

    def binaries(self) -> postgres_binaries.Binaries:
        """Return programs of the version that made this server's data."""
        try:
            major = int((self.data / "PG_VERSION").read_text())
        except FileNotFoundError:
            major = None
        return postgres_binaries.find(self.state, major)

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
                f"initdb could not create the private database: {_last_lines(result.stderr)}"
            )
        self._run_single_user(
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
        password = self.password
        digest_file = self._password_set
        digest = sha256(f"{self.data.stat().st_ino} {password}".encode()).hexdigest()
        if not digest_file.exists() or digest_file.read_text() != digest:
            self._run_single_user(
                binaries, owner, self.data, f"ALTER ROLE {NAME} PASSWORD '{password}'"
            )
            write_private(digest_file, digest, replace=True)

    def _run_single_user(
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
            raise StateError(
                f"The private database could not be set up: {_last_lines(result.stderr)}"
            )

    def _socket_folder(self) -> Path:
        """Return a folder whose path is short and plain enough for a socket."""
        folder = self.home / "run"
        plain = re.fullmatch(r"[\w/ .+-]+", str(folder))
        if plain and len(os.fsencode(folder)) <= SOCKET_FOLDER_LIMIT:
            return folder
        name = sha256(f"{os.geteuid()} {self.state}".encode()).hexdigest()[:12]
        return Path("/tmp") / f"rostrum-{name}"  # noqa: S108 (ownership is checked)


def _last_lines(text: str) -> str:
    return " / ".join(text.strip().splitlines()[-3:])
