"""Where the archive keeps what it makes: the private database, the index, keys and logs.

State lives in `var/` of the project. Root's state leaves it where the database server, which must
not run as root, could not reach it. Only the standard library is used here: this room is needed
before anything is installed.
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
    """Says in one plain sentence why state cannot be kept, and what to do."""


def state_dir() -> Path:
    """Return the folder of this project's state, made on first use; `STATE_DIR` overrides it."""
    chosen = os.environ.get("STATE_DIR")
    if chosen:
        place = Path(chosen).absolute()
        make_private(place, open_to_pass=os.geteuid() == 0)
        return place
    return locate(PROJECT)


def locate(project: Path) -> Path:
    """Return the state folder of a project: its own `var/`, or the place remembered there."""
    var = (project / "var").resolve()
    try:
        if os.geteuid() == 0:
            return _place_of_root(project, var)
        make_private(var)
    except (OSError, StateError):
        return _place_elsewhere(project)  # we may read the project, but not write there
    return var


def secret_key(state: Path | None = None) -> str:
    """Return Django's secret key of a first run, drawn once and readable by its owner only."""
    return remembered_secret((state or state_dir()) / "secret-key")


def remembered_secret(path: Path) -> str:
    """Return the secret kept in a file, drawing it if there is none; safe against a race."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        write_private(path, secrets.token_urlsafe(48))
        return path.read_text().strip()


def write_private(path: Path, text: str, *, replace: bool = False) -> None:
    """Write a file of mode 0600 whole or not at all; what stands there stays unless replaced."""
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
    """Make a folder that is ours alone, or refuse one that somebody else made before us."""
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
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (owner, os.geteuid()):
        raise StateError(
            f"{path} must be a folder that belongs to {pwd.getpwuid(owner).pw_name}, but somebody "
            "else's stands there: remove it, or set STATE_DIR to another folder."
        )
    if found.st_uid != owner:
        os.chown(path, owner, -1)
    if stat.S_IMODE(found.st_mode) & ~mode & 0o077:
        path.chmod(mode)


def others_may_pass(path: Path) -> bool:
    """Tell whether every user may go through a folder and all those above it."""
    return closed_folder(path) is None


def closed_folder(path: Path) -> Path | None:
    """Return the first folder on the way, the last one included, that others may not enter."""
    on_the_way = (*reversed(path.parents), path)
    return next((one for one in on_the_way if not one.stat().st_mode & stat.S_IXOTH), None)


def _place_of_root(project: Path, var: Path) -> Path:
    memory = var / "place"
    if memory.exists():
        place = Path(memory.read_text())
        if _belongs(place, project):
            make_private(place, open_to_pass=True)
            return place
        memory.unlink()
    elif project.stat().st_uid == 0 and (others_may_pass(project) or (var / "postgres").exists()):
        # once var/ has served it goes on serving: a changed mode must not hide the archive
        make_private(var, open_to_pass=True)
        return var
    make_private(var, open_to_pass=True, owner=project.stat().st_uid)
    place = Path(tempfile.mkdtemp(prefix="rostrum-", dir=_roots_folder()))
    place.chmod(0o711)
    write_private(place / "project", str(project))
    write_private(memory, str(place))
    if (first := Path(memory.read_text())) != place:  # another process was quicker
        shutil.rmtree(place)
    return first


def _belongs(place: Path, project: Path) -> bool:
    """Tell whether a remembered place is this project's, moved or not, and not its original's."""
    note = place / "project"
    if not note.exists():
        return False
    original = Path(note.read_text())
    if original != project:
        try:
            if (original / "var" / "place").read_text() == str(place):
                return False  # this project is a copy; the original still lives there
        except OSError:
            pass
        write_private(note, str(project), replace=True)
    return True


def _place_elsewhere(project: Path) -> Path:
    """Return the place for a project folder that we may read but not write."""
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
    """Return where root keeps places: not a folder for temporary files, which is swept."""
    lib = Path("/var/lib")
    return lib if lib.is_dir() and os.access(lib, os.W_OK) else Path("/var/tmp")  # noqa: S108
