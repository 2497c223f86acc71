"""Find a Chromium for the browser tests; as a program, get one where there is none.

Only the standard library is used: `make test` runs this before pytest.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/snap/bin/chromium",
    "/usr/lib/chromium/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
DOWNLOADED = "chromium*-*/chrome-*/{}"  # inside Playwright's own folder
DOWNLOADED_NAMES = ("chrome", "headless_shell", "chrome-headless-shell")
MANAGERS = {
    "apt-get": [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]],
    "dnf": [["dnf", "install", "-y", "-q", "chromium"]],
    "apk": [["apk", "add", "--quiet", "chromium"]],
}


def find() -> str | None:
    """Return the path of a Chromium, if this machine has one."""
    for name in (os.environ.get("CHROMIUM") or "", *NAMES, *PLACES):
        if name and (found := shutil.which(name)):
            return found
    for folder in _playwright_folders():
        for name in DOWNLOADED_NAMES:
            for found_path in sorted(folder.glob(DOWNLOADED.format(name)), reverse=True):
                return str(found_path)
    return None


def install() -> None:
    """Try what may bring a Chromium: the system's package manager as root, then Playwright."""
    if os.geteuid() == 0:
        for manager, commands in MANAGERS.items():
            if shutil.which(manager):
                print(f"No Chromium is here; asking {manager} for one …", flush=True)
                environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
                if all(_succeeds(command, environment) for command in commands):
                    return
    print("No Chromium is here; asking Playwright for one …", flush=True)
    _succeeds([sys.executable, "-m", "playwright", "install", "chromium"], dict(os.environ))


def _succeeds(command: list[str], environment: dict[str, str]) -> bool:
    done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def _playwright_folders() -> list[Path]:
    chosen = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    home = Path.home()
    own = [home / ".cache/ms-playwright", home / "Library/Caches/ms-playwright"]
    return [Path(chosen)] if chosen else own


if __name__ == "__main__":
    if not find():
        install()
    if not find():
        print("No browser could be had: the browser tests will be skipped.")
