"""Joins style sheets and scripts into one file each, so that a page needs few requests.

``BundleFinder`` is a finder of static files: ``collectstatic`` collects bundles like other files,
and a first run serves them from the folder that the finder writes them to. Their parts stay
separate files, in ``static/``.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

STYLES = (
    *("tokens", "text", "frame", "lists", "search", "speech", "record", "chart", "analysis"),
    *("coverage", "complete", "quotation", "touch"),
)
SCRIPTS = (
    *("complete", "keyboard", "menu", "value_filter", "chart", "paper", "copy", "collection"),
    "original_page",
)
# of the static folder, for screens and paper and for paper alone
BUNDLES: dict[str, Sequence[str]] = {
    "css/site.css": (
        "typeface/typeface.css",
        *(f"css/{name}.css" for name in STYLES),
        "css/print.css",
    ),
    "js/site.js": tuple(f"js/{name}.js" for name in SCRIPTS),
}
FOR_PAPER = ("css/print.css",)
OPTIONAL = ("typeface/typeface.css",)  # made by archive.typeface, if it could be


def bundle(name: str) -> str:
    """Return the text of a bundle. Raises OSError if a part cannot be read."""
    return "\n".join(map(_part, BUNDLES[name]))


def _part(name: str) -> str:
    path = settings.BASE_DIR / "static" / name
    if name in OPTIONAL and not path.exists():
        return ""
    text: str = path.read_text(encoding="utf-8")
    if name.endswith(".js"):
        return f"{{\n{text}}}"  # its names are its own
    return f"@media print {{\n{text}}}\n" if name in FOR_PAPER else text


class BundleFinder(finders.BaseFinder):
    """Finds bundles, which it writes to ``bundles`` in the state folder."""

    def __init__(self, app_names: Iterable[str] | None = None) -> None:
        self._folder = Path(settings.STATE_DIR) / "bundles"
        self._storage = FileSystemStorage(self._folder)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the path of a bundle, written anew if a part has changed."""
        place = str(self._write(path)) if path in BUNDLES else ""
        return ([place] if place else []) if find_all else place or None

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        for name in BUNDLES:
            self._write(name)
            yield name, self._storage

    def _write(self, name: str) -> Path:
        path, text = self._folder / name, bundle(name)
        if path.exists() and path.read_text(encoding="utf-8") == text:
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        # other processes may read or write it at the same time
        with NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=".", delete=False
        ) as new:
            new.write(text)
        os.chmod(new.name, 0o644)
        os.replace(new.name, path)
        return path
