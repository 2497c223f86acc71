"""Create `.venv` from hashed requirements; do nothing if it is up to date.

`make setup` runs this before anything is installed, so it uses only the standard library and
imports nothing of the archive.
"""

import fcntl
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
INCLUDES = {"base": ["base"], "local": ["base", "local"], "test": ["base", "local", "test"]}
OPTIONAL = "typeface"  # what pages can do without; see archive.typeface
_WITHOUT = f"without {OPTIONAL}"
COMPILE_WHOOSH = (
    "import compileall, importlib.util as find; spec = find.find_spec('whoosh'); "
    "spec and compileall.compile_dir(*spec.submodule_search_locations, quiet=2)"
)


class SetupError(Exception):
    """The environment cannot be created; the message says why and what to do."""


class Environment:
    """The `.venv` of one project folder."""

    def __init__(self, project: Path = PROJECT) -> None:
        self.project = project
        self.folder = project / ".venv"
        self.python = self.folder / "bin" / "python"
        self.stamp = self.folder / "rostrum.json"
        self._optional = project / "requirements" / f"{OPTIONAL}.txt"

    def is_ready(self, kind: str) -> bool:
        """Return whether a kind of requirements is installed as its file says now."""
        if self.folder.is_symlink():
            return self.python.exists()  # it belongs to somebody else: use it, never change it
        stamp = self._read_stamp()
        return stamp.get("made") == self._made() and stamp.get(kind) == self._hash(kind)

    def make(self, kind: str) -> None:
        """Install a kind of requirements. Create the environment again if it is incomplete or was
        moved."""
        stamp = self._read_stamp()
        if stamp.get("made") != self._made() or stamp.get("unfinished"):
            say("Making .venv …")
            self._make_empty()
        self._write_stamp({"made": self._made(), "unfinished": True})
        say("Installing dependencies; the first time this takes a minute or two …")
        if self._install(self.project / "requirements" / f"{kind}.txt"):
            raise SetupError(
                "The requirements could not be installed; the reason is above. Fix it, then run "
                "this again."
            )
        # Whoosh is no longer developed and warns when it is compiled: do it once, quietly
        self._run("-W", "ignore", "-c", COMPILE_WHOOSH)
        hashes = {included: self._hash(included) for included in INCLUDES[kind]}
        self._write_stamp({"made": self._made(), **hashes})

    def has_tried_optional(self) -> bool:
        """Return whether what the archive can do without was installed, or could not be. It is
        tried once for each version of its file, so that nobody without a network has to wait."""
        if self.folder.is_symlink() or not self._optional.exists():
            return True
        stamp = self._read_stamp()
        return self._hash(OPTIONAL) in (stamp.get(OPTIONAL), stamp.get(_WITHOUT))

    def add_optional(self) -> None:
        """Install what the archive can do without, or say that it does without it."""
        is_missing = self._install(self._optional, "--retries", "1", "--timeout", "10")
        if is_missing:
            say("The text face could not be installed: pages use faces of the reader’s system.")
        key = _WITHOUT if is_missing else OPTIONAL
        self._write_stamp({**self._read_stamp(), key: self._hash(OPTIONAL)})

    def _make_empty(self) -> None:
        if self.folder.is_dir():
            shutil.rmtree(self.folder)
        base, folder = base_python(), str(self.folder)
        if importlib.util.find_spec("ensurepip"):
            result = subprocess.run([base, "-m", "venv", folder], check=False)  # noqa: S603
        elif uv := shutil.which("uv"):
            command = [uv, "venv", "--quiet", "--seed", "--python", base, folder]
            result = subprocess.run(command, check=False)  # noqa: S603
        elif os.geteuid() == 0 and (apt := shutil.which("apt-get")):
            package = f"python3.{sys.version_info.minor}-venv"
            subprocess.run([apt, "update", "-qq"], check=False)  # noqa: S603
            subprocess.run([apt, "install", "-y", "-qq", package], check=False)  # noqa: S603
            result = subprocess.run([base, "-m", "venv", folder], check=False)  # noqa: S603
        else:
            raise SetupError(
                f"{base} cannot create virtual environments: install its venv package (on Debian "
                f"and Ubuntu python3.{sys.version_info.minor}-venv) or uv, then run this again."
            )
        if result.returncode:
            raise SetupError(".venv could not be created; the reason is above.")

    def _install(self, requirements: Path, *more: str) -> int:
        options = ["--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes"]
        return self._run("-m", "pip", "install", *options, *more, "-r", str(requirements))

    def _run(self, *arguments: str) -> int:
        environment = os.environ | {"PIP_ROOT_USER_ACTION": "ignore"}
        return subprocess.run([self.python, *arguments], env=environment, check=False).returncode  # noqa: S603

    def _made(self) -> str:
        """Describe what an environment depends on: its folder and its Python."""
        return f"{sys.version.split()[0]} in {self.folder}"

    def _hash(self, kind: str) -> str:
        return sha256((self.project / "requirements" / f"{kind}.txt").read_bytes()).hexdigest()

    def _read_stamp(self) -> dict[str, str | bool]:
        try:
            stamp: dict[str, str | bool] = json.loads(self.stamp.read_text())
        except (OSError, ValueError):
            return {}
        return stamp if self.python.exists() else {}

    def _write_stamp(self, stamp: dict[str, str | bool]) -> None:
        fresh = self.stamp.with_suffix(".new")
        fresh.write_text(json.dumps(stamp, indent=1))
        fresh.replace(self.stamp)


def base_python() -> str:
    """Return the base Python of this one, which may be the environment's own."""
    return str(Path(getattr(sys, "_base_executable", sys.executable)))


def say(text: str) -> None:
    """Print a line for the user."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(kind: str) -> int:
    """Install a kind of requirements; return the exit status."""
    environment = Environment()
    if environment.is_ready(kind) and environment.has_tried_optional():
        return 0
    lock = os.open(PROJECT / "requirements", os.O_RDONLY)  # two processes take turns
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        if not environment.is_ready(kind):
            environment.make(kind)
        if not environment.has_tried_optional():
            environment.add_optional()
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        os.close(lock)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
