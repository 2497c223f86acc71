"""Fetches OpenSearch by its Maven coordinates, and installs it in the user's cache folder.

The archive of release 2.19 that Maven serves lacks two modules of the full distribution, whose jars
are fetched beside it. They come without a plugin descriptor and without their security policy,
which are written here as the full distribution has them. Every file is compared with its SHA-256.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape

from archive.firstrun.state import make_private, others_may_pass

FETCH_TIMEOUT_S = 120


class ClusterError(Exception):
    """The cluster cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Module:
    """A module of the full distribution that the archive lacks."""

    class_name: str
    jars: tuple[str, ...]
    extends: str = ""
    policy: str = ""


@dataclass(frozen=True)
class Release:
    """A release of OpenSearch, the Java versions that run it, and the SHA-256 of its files by their
    Maven coordinates."""

    version: str
    oldest_java: int
    newest_java: int
    files: Mapping[str, str]
    modules: Mapping[str, Module] = field(default_factory=dict)

    @property
    def archive(self) -> str:
        return f"opensearch-{self.version}.zip"


_ZIP = "org.opensearch.distribution.integ-test-zip:opensearch:{}:zip"
# what the module is granted in the full distribution: scripts are compiled to classes
_PAINLESS_POLICY = """grant {
  permission java.lang.RuntimePermission "createClassLoader";
  permission java.lang.RuntimePermission "getClassLoader";
  permission org.opensearch.script.ClassPermission "<<STANDARD>>";
};
"""
_PAINLESS_JARS = ("lang-painless-", "opensearch-scripting-painless-spi-", "antlr4-runtime-", "asm-")

RELEASES = {
    "2.19.6": Release(
        "2.19.6",
        oldest_java=11,
        newest_java=23,  # its security manager is gone from Java 24
        files={
            _ZIP.format("2.19.6"): (
                "71d6d8b1c637f3faecda0752b184b1cc526fc6eaad59ec1408c6327bb00b9293"
            ),
            "org.opensearch.plugin:analysis-common:2.19.6:jar": (
                "187378844d92a043b935038f9ae168f7812f686b1c1c7128f8b97731baff8a1a"
            ),
            "org.opensearch.plugin:lang-painless:2.19.6:jar": (
                "e71e6c7ef99a6f5958cd0b25367acf472cc52cd49d29e13084c5ff0b5931f717"
            ),
            "org.opensearch.plugin:opensearch-scripting-painless-spi:2.19.6:jar": (
                "84e545b968151739f1915cfd2db24bf873edfd317d2848b87b61d0d60ec70869"
            ),
            "org.antlr:antlr4-runtime:4.13.1:jar": (
                "54665d2838cc66458343468efc539e454fc95b46a8a04b13c6ac43fc9be63505"
            ),
            "org.ow2.asm:asm:9.7:jar": (
                "adf46d5e34940bdf148ecdd26a9ee8eea94496a72034ff7141066b3eea5c4e9d"
            ),
            "org.ow2.asm:asm-analysis:9.7:jar": (
                "7bc6bcbc21379948a0c8c467fb0f864206e5b818f6bc0b546872f5c9f941556f"
            ),
            "org.ow2.asm:asm-commons:9.7:jar": (
                "389bc247958e049fc9a0408d398c92c6d370c18035120395d4cba1d9d9304b7a"
            ),
            "org.ow2.asm:asm-tree:9.7:jar": (
                "62f4b3bc436045c1acb5c3ba2d8ec556ec3369093d7f5d06c747eb04b56d52b1"
            ),
            "org.ow2.asm:asm-util:9.7:jar": (
                "37a6414d36641973f1af104937c95d6d921b2ddb4d612c66c5a9f2b13fc14211"
            ),
        },
        modules={
            "lang-painless": Module(
                "org.opensearch.painless.PainlessPlugin", _PAINLESS_JARS, policy=_PAINLESS_POLICY
            ),
            "analysis-common": Module(
                "org.opensearch.analysis.common.CommonAnalysisPlugin",
                ("analysis-common-",),
                extends="lang-painless",
            ),
        },
    ),
    "3.6.0": Release(
        "3.6.0",
        oldest_java=21,
        newest_java=25,
        files={
            _ZIP.format("3.6.0"): (
                "a91faa1dc1cadc78cb278b4f63847e19e1627a4e9de698e14e7efc14ee37b286"
            )
        },
    ),
}
DEFAULT_RELEASE = "2.19.6"

_DESCRIPTOR = """description={name}
version={version}
name={name}
classname={class_name}
java.version=11
opensearch.version={version}
custom.foldername=
extended.plugins={extends}
has.native.controller=false
"""
_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion>
<groupId>rostrum</groupId><artifactId>cluster</artifactId><version>1</version>
<packaging>pom</packaging><dependencies>{dependencies}</dependencies></project>
"""
_DEPENDENCY = """
<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version><type>{}</type>
<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>
</dependency>"""


# -- Java ------------------------------------------------------------------------------------------


def java_home(release: Release) -> Path:
    """Return the home of a Java that runs a release: that of ``JAVA_HOME``, of the ``java`` on the
    path, or one of /usr/lib/jvm. Raises ClusterError."""
    candidates = [Path(home) for home in [os.environ.get("JAVA_HOME", "")] if home]
    if program := shutil.which("java"):
        candidates.append(Path(program).resolve().parents[1])
    candidates += sorted(Path("/usr/lib/jvm").glob("*"))
    versions = []
    for home in candidates:
        if version := _java_version(home):
            if release.oldest_java <= version <= release.newest_java:
                return home
            versions.append(str(version))
    installed = f"only Java {', '.join(dict.fromkeys(versions))} is" if versions else "no Java is"
    raise ClusterError(
        f"OpenSearch {release.version} runs on Java {release.oldest_java} to "
        f"{release.newest_java}, and {installed} installed here. On Debian and Ubuntu, install "
        f"openjdk-{max(17, release.oldest_java)}-jre-headless; or set JAVA_HOME."
    )


def _java_version(home: Path) -> int | None:
    """Return the major version of the Java in a folder; None if there is none."""
    if not (home / "bin/java").is_file():
        return None
    answer = subprocess.run(  # noqa: S603
        [home / "bin/java", "-version"], capture_output=True, text=True, check=False
    )
    version = re.search(r'version "(?:1\.)?(\d+)', answer.stderr)
    return int(version[1]) if version else None


# -- the installation ------------------------------------------------------------------------------


def cache_folder() -> Path:
    """Return the folder of installed releases: the user's cache. For root it is one that
    ``nobody``, who runs the nodes, can read."""
    base = os.environ.get("XDG_CACHE_HOME")
    folder = Path(base) if base else Path.home() / ".cache"
    if os.geteuid() == 0 and not (folder.is_dir() and others_may_pass(folder)):
        folder = Path("/var/cache")
    place = folder / "rostrum"
    make_private(place, open_to_pass=os.geteuid() == 0)
    return place


def install(release: Release, cache: Path) -> Path:
    """Return the folder of an installed release, fetched if it is not in the cache. Raises
    ClusterError."""
    home = cache / f"opensearch-{release.version}"
    with _locked(cache):
        if not (home / "bin/opensearch").exists():
            with tempfile.TemporaryDirectory(dir=cache, prefix=".fetching-") as temporary:
                folder = Path(temporary)
                fetched = folder / "fetched"
                fetch(release, folder, fetched)
                _unpack(release, fetched, folder)
                shutil.rmtree(home, ignore_errors=True)
                (folder / home.name).rename(home)
    return home


def fetch(release: Release, folder: Path, target: Path) -> None:
    """Have Maven copy the files of a release to a folder, and compare their SHA-256. Raises
    ClusterError."""
    if not (maven := shutil.which("mvn")):
        raise ClusterError(
            "Maven fetches OpenSearch, and is not installed here. On Debian and Ubuntu, install "
            "maven."
        )
    dependencies = "".join(
        _DEPENDENCY.format(*map(escape, coordinates.split(":"))) for coordinates in release.files
    )
    (folder / "pom.xml").write_text(_POM.format(dependencies=dependencies))
    try:
        answer = subprocess.run(  # noqa: S603
            [maven, "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={target}"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=FETCH_TIMEOUT_S,
        )
    except subprocess.TimeoutExpired:
        raise ClusterError(
            f"Maven did not fetch OpenSearch {release.version} within {FETCH_TIMEOUT_S} seconds."
        ) from None
    if answer.returncode:
        lines = (answer.stdout + answer.stderr).strip().splitlines()
        reason = next((line for line in lines if "ERROR" in line), "it gave no reason")
        raise ClusterError(f"Maven could not fetch OpenSearch {release.version}: {reason}")
    for coordinates, digest in release.files.items():
        _, artifact, version, kind = coordinates.split(":")
        path = target / f"{artifact}-{version}.{kind}"
        if not path.is_file() or _sha256(path) != digest:
            raise ClusterError(
                f"{path.name} is not the file that is expected: its SHA-256 differs. Nothing was "
                "installed."
            )


def _unpack(release: Release, fetched: Path, folder: Path) -> None:
    """Unpack a release to ``opensearch-VERSION`` of a folder, and add the modules it lacks."""
    with zipfile.ZipFile(fetched / release.archive) as archive:
        archive.extractall(folder)
    home = folder / f"opensearch-{release.version}"
    (home / "plugins").mkdir(exist_ok=True)
    for name, module in release.modules.items():
        place = home / "modules" / name
        place.mkdir()
        (place / "plugin-descriptor.properties").write_text(
            _DESCRIPTOR.format(
                name=name,
                version=release.version,
                class_name=module.class_name,
                extends=module.extends,
            )
        )
        if module.policy:
            (place / "plugin-security.policy").write_text(module.policy)
        for jar in fetched.glob("*.jar"):
            if jar.name.startswith(module.jars):
                shutil.copy(jar, place)
    for path in (home, *home.rglob("*")):  # the user of the nodes reads it
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _locked(cache: Path) -> Iterator[IO[bytes]]:
    with (cache / ".lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
