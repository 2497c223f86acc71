"""The folder in which the archive keeps its state: private database, index, keys and logs.

It is `var/` of the project. If root runs the archive and the database server, which must not run as
root, could not reach that folder, it is elsewhere. This module uses only the standard library, as
it is needed before anything is installed.
"""

import os
import pwd
import secrets
import shutil
import stat
import tempfile
from hashlib import sha256
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


class StateError(Exception):
    """The state cannot be stored; the message says why and what to do."""


def state_dir() -> Path:
    """Return the state folder of this project, created on first use; `STATE_DIR` overrides it."""
    override = os.environ.get("STATE_DIR")
    if override:
        place = Path(override).absolute()
        make_private(place, open_to_pass=os.geteuid() == 0)
        return place
    return locate(PROJECT)


def locate(project: Path) -> Path:
    """Return the state folder of a project: its `var/`, or the folder recorded there."""
    var = (project / "var").resolve()
    try:
        if os.geteuid() == 0:
            return _place_of_root(project, var)
        make_private(var)
    except (OSError, StateError):
        return _place_elsewhere(project)  # we may read the project folder, but not write to it
    return var


def secret_key(state: Path | None = None) -> str:
    """Return Django's secret key of a first run, generated once and readable only by its owner."""
    return remembered_secret((state or state_dir()) / "secret-key")


def remembered_secret(path: Path) -> str:
    """Return the secret in a file, generating it if there is none. Safe against races."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        write_private(path, secrets.token_urlsafe(48))
        return path.read_text().strip()


def write_private(path: Path, text: str, *, replace: bool = False) -> None:
    """Write a file of mode 0600, whole or not at all. An existing file is kept unless `replace`."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
        if replace:
            Path(name).replace(path)
        else:
            os.link(name, path)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink(missing_ok=True)


def make_private(path: Path, *, open_to_pass: bool = False, owner: int | None = None) -> None:
    """Create a folder for this user only. Raises StateError if another user created it."""
    owner = os.geteuid() if owner is None else owner
    mode = 0o711 if open_to_pass else 0o700
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        pass
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700)
    else:
        path.chmod(mode)
        if owner != os.geteuid():
            os.chown(path, owner, -1)
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in (owner, os.geteuid()):
        raise StateError(
            f"{path} must be a folder that belongs to {pwd.getpwuid(owner).pw_name}, but it "
            "belongs to another user: remove it, or set STATE_DIR to another folder."
        )
    if status.st_uid != owner:
        os.chown(path, owner, -1)
    if stat.S_IMODE(status.st_mode) & ~mode & 0o077:
        path.chmod(mode)


def others_may_pass(path: Path) -> bool:
    """Return whether every user may pass through a folder and all its parents."""
    return closed_folder(path) is None


def closed_folder(path: Path) -> Path | None:
    """Return the first folder on a path, its last included, that other users may not enter."""
    on_the_way = (*reversed(path.parents), path)
    return next((folder for folder in on_the_way if not folder.stat().st_mode & stat.S_IXOTH), None)


def _place_of_root(project: Path, var: Path) -> Path:
    memory = var / "place"
    if memory.exists():
        place = Path(memory.read_text())
        if _belongs(place, project):
            make_private(place, open_to_pass=True)
            return place
        memory.unlink()
    elif project.stat().st_uid == 0 and (others_may_pass(project) or (var / "postgres").exists()):
        # once used, var/ stays in use: a changed mode must not hide the archive
        make_private(var, open_to_pass=True)
        return var
    make_private(var, open_to_pass=True, owner=project.stat().st_uid)
    place = Path(tempfile.mkdtemp(prefix="rostrum-", dir=_roots_folder()))
    place.chmod(0o711)
    write_private(place / "project", str(project))
    write_private(memory, str(place))
    if (first := Path(memory.read_text())) != place:  # another process came first
        shutil.rmtree(place)
    return first


def _belongs(place: Path, project: Path) -> bool:
    """Return whether a recorded folder belongs to this project, moved or not, and not to the
    project that this one is a copy of."""
    note = place / "project"
    if not note.exists():
        return False
    original = Path(note.read_text())
    if original != project:
        try:
            if (original / "var" / "place").read_text() == str(place):
                return False  # this project is a copy, and the original still uses the folder
        except OSError:
            pass
        write_private(note, str(project), replace=True)
    return True


def _place_elsewhere(project: Path) -> Path:
    """Return the state folder of a project folder that we may read but not write to."""
    name = "rostrum-" + sha256(os.fsencode(project)).hexdigest()[:12]
    if os.geteuid() == 0:
        place = _roots_folder() / name
    else:
        base = os.environ.get("XDG_STATE_HOME") or Path(pwd.getpwuid(os.geteuid()).pw_dir) / (
            ".local/state"
        )
        place = Path(base) / name
        try:
            make_private(place)
        except OSError:
            place = Path("/var/tmp") / f"{name}-{os.geteuid()}"  # noqa: S108 (ownership is checked)
    make_private(place, open_to_pass=os.geteuid() == 0)
    return place


def _roots_folder() -> Path:
    """Return the parent of root's state folders: not a temporary folder, which is cleaned up."""
    lib = Path("/var/lib")
    return lib if lib.is_dir() and os.access(lib, os.W_OK) else Path("/var/tmp")  # noqa: S108
