"""The place of the state folder, and what is stored in it."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from archive.firstrun import state

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="concerns root alone")


@pytest.fixture
def places():
    """Collect the places that a test makes, and remove them."""
    made: set[Path] = set()

    def locate(project: Path) -> Path:
        made.add(state.locate(project))
        return state.locate(project)

    yield locate
    for place in made:
        shutil.rmtree(place, ignore_errors=True)


def test_state_lives_in_var_of_a_folder_that_all_may_enter(open_folder, places):
    assert places(open_folder) == open_folder / "var"


def test_a_var_that_is_a_link_to_another_disk_is_followed(open_folder, places):
    (open_folder / "disk").mkdir()
    (open_folder / "project").mkdir()
    (open_folder / "project" / "var").symlink_to(open_folder / "disk")
    assert places(open_folder / "project") == open_folder / "disk"


@only_root
def test_var_goes_on_serving_after_its_folder_was_closed(open_folder, places):
    (places(open_folder) / "postgres").mkdir()
    open_folder.chmod(0o700)
    assert places(open_folder) == open_folder / "var"


@only_root
def test_the_place_of_a_closed_folder_moves_with_it_and_is_not_shared_with_a_copy(tmp_path, places):
    tmp_path.chmod(0o700)
    (tmp_path / "first").mkdir()
    place = places(tmp_path / "first")
    assert place.stat().st_mode & 0o777 == 0o711
    assert not place.is_relative_to(tmp_path)

    shutil.copytree(tmp_path / "first", tmp_path / "copy")
    assert places(tmp_path / "copy") != place

    (tmp_path / "first").rename(tmp_path / "moved")
    assert places(tmp_path / "moved") == place


@only_root
def test_a_new_clone_where_an_old_one_was_removed_begins_anew(tmp_path, places):
    tmp_path.chmod(0o700)
    clone = tmp_path / "clone"
    clone.mkdir()
    place = places(clone)
    shutil.rmtree(clone)
    clone.mkdir()
    assert places(clone) != place


@only_root
def test_processes_that_come_first_together_agree_on_a_place(tmp_path, places):
    tmp_path.chmod(0o700)
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(places, [tmp_path] * 8))) == 1


@only_root
def test_a_folder_that_somebody_else_made_is_refused(open_folder):
    theirs = open_folder / "theirs"
    theirs.mkdir()
    os.chown(theirs, 1, 1)
    with pytest.raises(state.StateError, match="belongs to another user"):
        state.make_private(theirs)


def test_a_link_in_place_of_a_private_folder_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(state.StateError):
        state.make_private(tmp_path / "link")


def test_a_private_folder_that_was_left_open_is_closed(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o755)
    state.make_private(folder)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_the_secret_key_is_drawn_once_and_closed_to_others(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(state.secret_key, [tmp_path] * 8))
    assert len(keys) == 1
    assert len(keys.pop()) >= 50
    assert [each.name for each in tmp_path.iterdir()] == ["secret-key"]
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_another_folder_can_be_chosen(tmp_path, monkeypatch):
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "chosen one"))
    assert state.state_dir() == tmp_path / "chosen one"
    assert (tmp_path / "chosen one").is_dir()
