"""The typefaces of cards: the archive's own, and installed ones for scripts that it lacks.

The archive's own is made by ``archive.typeface``; without it, Pillow's own face is used, which has
Latin letters only. Installed faces are those that Debian's packages fonts-noto-core,
fonts-noto-cjk and fonts-dejavu install, by the names of their files.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from PIL import ImageFont, features
from PIL.ImageFont import FreeTypeFont, Layout
from PIL.ImageFont import ImageFont as Bitmap

INSTALLED = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
# the first of them that has all letters of a text is used
OTHER_SCRIPTS = (
    "NotoNaskhArabic-Regular.ttf",
    "NotoSerifCJK-Regular.ttc",
    "NotoSansCJK-Regular.ttc",
    "NotoSerif-Regular.ttf",
    "NotoSerifDevanagari-Regular.ttf",
    "NotoSerifHebrew-Regular.ttf",
    "DejaVuSerif.ttf",
    "DejaVuSans.ttf",
)
# joins letters and orders lines that run from right to left; without it, such a text is not drawn
HAS_SHAPING = features.check("raqm")
_NOT_A_CHARACTER = "￿"  # drawn as every letter that a face lacks


@cache
def face(path: str, size: int, weight: int = 0) -> FreeTypeFont:
    """Return a face in a size in pixels. "" is Pillow's own; only the archive's has weights."""
    if not path:
        default: FreeTypeFont | Bitmap = ImageFont.load_default(size)
        assert isinstance(default, FreeTypeFont)  # noqa: S101 - Pillow's wheels have FreeType
        return default
    font = ImageFont.truetype(path, size, layout_engine=Layout.RAQM if HAS_SHAPING else None)
    if weight and Path(path).parent == settings.TYPEFACE_DIR:
        font.set_variation_by_axes([weight])
    return font


def path_for(text: str, *, italic: bool = False) -> str | None:
    """Return the file of the first face that has all letters of a text: "" for Pillow's own, None
    if there is none."""
    if runs_from_the_right(text) and not HAS_SHAPING:
        return None
    letters = frozenset(letter for letter in text if not letter.isspace())
    return next((path for path in _candidates(italic) if letters <= _held(path, letters)), None)


def version() -> str:
    """Return what the faces of cards depend on: when the archive's own was made."""
    own = _own(italic=False)
    return str(own.stat().st_mtime_ns) if own.exists() else ""


def runs_from_the_right(text: str) -> bool:
    """Return whether a text is of a script such as Arabic."""
    directions = (unicodedata.bidirectional(letter) for letter in text)
    first = next((each for each in directions if each in ("L", "R", "AL")), "L")
    return first != "L"


def _own(*, italic: bool) -> Path:
    folder: Path = settings.TYPEFACE_DIR
    return folder / ("italic.woff2" if italic else "roman.woff2")


def _candidates(italic: bool) -> Iterator[str]:
    own = _own(italic=italic)
    if own.exists():
        yield str(own)
    yield ""
    yield from _installed()


@cache
def _installed() -> tuple[str, ...]:
    by_name: dict[str, str] = {}
    for folder in INSTALLED:
        for path in folder.rglob("*.tt[fc]"):
            by_name.setdefault(path.name, str(path))
    return tuple(by_name[name] for name in OTHER_SCRIPTS if name in by_name)


@cache
def _has(path: str, letter: str) -> bool:
    font = face(path, 20)
    mask, lacking = font.getmask(letter), font.getmask(_NOT_A_CHARACTER)
    return (mask.size, bytes(mask)) != (lacking.size, bytes(lacking))


def _held(path: str, letters: frozenset[str]) -> set[str]:
    return {letter for letter in letters if _has(path, letter)}
