"""Folders, users and projects for the tests of the project's own machinery."""

import os
import pwd
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from support.sites.processes import Project, open_folders


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder, with a space in its name, that every user may enter."""
    with open_folders() as folder:
        yield folder


@pytest.fixture
def make_project() -> Iterator[Callable[..., Project]]:
    """Return a maker of projects that are cleaned away afterwards."""
    with ExitStack() as stack:
        yield lambda *given: stack.enter_context(Project.made(*given))


@pytest.fixture
def ordinary_user() -> pwd.struct_passwd:
    """Return a user that root can be for a while."""
    if os.geteuid():
        pytest.skip("this whole run is an ordinary user's")
    return pwd.getpwnam("nobody")
