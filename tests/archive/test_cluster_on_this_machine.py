"""What `make cluster` says where it cannot start: sentences that say what to do."""

from dataclasses import replace
from pathlib import Path

import pytest

from archive.cluster import __main__ as command
from archive.cluster import distribution
from archive.cluster.distribution import DEFAULT_RELEASE, RELEASES, ClusterError

RELEASE = RELEASES[DEFAULT_RELEASE]


@pytest.mark.parametrize("value", ["0", "10", "three", "-1", "1.5"])
def test_a_wrong_number_of_nodes_is_refused(
    value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NODES", value)
    assert command.main() == 1
    assert "NODES must be a number from 1 to 9" in capsys.readouterr().out


def test_an_unknown_release_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENSEARCH_VERSION", "1.0")
    assert command.main() == 1
    assert "OPENSEARCH_VERSION must be one of" in capsys.readouterr().out


def test_a_missing_or_wrong_java_is_named() -> None:
    future = replace(RELEASE, oldest_java=900, newest_java=999)
    with pytest.raises(ClusterError, match=r"runs on Java 900 to 999.*installed here"):
        distribution.java_home(future)


def test_a_missing_maven_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ClusterError, match="install maven"):
        distribution.fetch(RELEASE, tmp_path, tmp_path / "fetched")


def test_files_that_differ_are_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    maven = tmp_path / "mvn"
    maven.write_text('#!/bin/sh\nmkdir -p "${4#*=}"\necho other > "${4#*=}/library-1.jar"\n')
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    release = replace(RELEASE, version="9", files={"org.example:library:1:jar": "0" * 64})
    cache = tmp_path / "cache"
    cache.mkdir()
    with pytest.raises(ClusterError, match=r"library-1\.jar is not the file that is expected"):
        distribution.install(release, cache)
    assert not [path for path in cache.iterdir() if path.name != ".lock"]
