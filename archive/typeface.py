"""Makes the text face of the pages: the letters that they need of Source Serif 4, as web fonts.

    python -m archive.typeface

Set-ups run it after they have installed ``requirements/typeface.txt``, if these packages could be
had; nothing else needs them. Without them the pages are set in faces of the reader's system. The
result is written to ``static/typeface`` and never committed.

Source Serif 4 is licensed under the SIL Open Font License 1.1, which reserves the name "Source" for
unmodified fonts: the subsets have another name. The licence is served beside them.
"""

import importlib.util
import shutil
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

FAMILY = "Rostrum Serif"
FOLDER = Path(__file__).resolve().parent.parent / "static" / "typeface"
PACKAGE = "fontpkg_source_serif_4"
NEEDED = (PACKAGE, "fontTools", "brotli")
FILES = {"roman": "SourceSerif4[opsz,wght].ttf", "italic": "SourceSerif4-Italic[opsz,wght].ttf"}
LICENCE = "OFL.txt"
STYLES = "typeface.css"
MADE_FROM = "made-from.txt"

OPTICAL_SIZE = 14  # points: that of the text of a speech
WEIGHTS = (400, 700)
# letters of languages written in Latin, and the signs of records; other scripts are left to the
# reader's system, so that a style is some 60 kB
RANGES = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x18F, 0x18F), (0x192, 0x192), (0x1A0, 0x1A1), (0x1AF, 0x1B0),
    (0x1CD, 0x1D4), (0x218, 0x21B), (0x259, 0x259), (0x2BB, 0x2BC), (0x2C6, 0x2DD), (0x300, 0x304),
    (0x306, 0x30C), (0x323, 0x328), (0x1E0C, 0x1E0D), (0x1E24, 0x1E25), (0x1E62, 0x1E63),
    (0x1E80, 0x1E85), (0x1E9E, 0x1E9E), (0x2002, 0x200A), (0x2010, 0x2027), (0x2030, 0x203A),
    (0x2044, 0x2044), (0x20AC, 0x20AC), (0x2116, 0x2116), (0x2122, 0x2122), (0x2212, 0x2212),
)  # fmt: skip
FEATURES = ("kern", "liga", "ccmp", "locl", "onum", "lnum", "pnum", "tnum")

# names of a font: https://learn.microsoft.com/typography/opentype/spec/name
_FAMILY_NAMES, _UNIQUE, _POSTSCRIPT, _TRADEMARK, _VARIATIONS = (1, 16), 3, 6, 7, 25
_FULL_NAME = 4

_STYLE = """\
@font-face {{
  font-family: "{family}";
  src: url("../typeface/{name}.woff2") format("woff2");
  font-weight: {lightest} {boldest};
  font-style: {style};
  font-display: swap;
  unicode-range: {ranges};
}}
"""


def make(folder: Path) -> bool:
    """Make the face, unless it is there as it would be made now. Return whether there is one.

    Raises OSError if the folder cannot be written.
    """
    source = _source()
    if source is None:
        return (folder / STYLES).exists()
    state = _state(source)
    if _read(folder / MADE_FROM) == state:
        return True
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        fresh = Path(name) / "typeface"
        fresh.mkdir()
        for style, file in FILES.items():
            _subset(source / "files" / file, fresh / f"{style}.woff2", style)
        shutil.copyfile(source / "LICENSE", fresh / LICENCE)
        (fresh / STYLES).write_text(styles())
        (fresh / MADE_FROM).write_text(state)
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
    return True


def styles() -> str:
    """Return the style sheet that declares the face."""
    ranges = ", ".join(
        f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}" for first, last in RANGES
    )
    return "".join(
        _STYLE.format(
            family=FAMILY,
            name=name,
            lightest=WEIGHTS[0],
            boldest=WEIGHTS[1],
            style="italic" if name == "italic" else "normal",
            ranges=ranges,
        )
        for name in FILES
    )


def _source() -> Path | None:
    """Return the folder of the package of the face, if everything that is needed is installed."""
    specs = [importlib.util.find_spec(name) for name in NEEDED]
    if None in specs or specs[0] is None or not specs[0].origin:
        return None
    return Path(specs[0].origin).parent


def _state(source: Path) -> str:
    digest = sha256(Path(__file__).read_bytes())
    for file in FILES.values():
        digest.update((source / "files" / file).read_bytes())
    return digest.hexdigest()


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _subset(original: Path, target: Path, style: str) -> None:
    # installed by set-ups only
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font = TTFont(original)
    options = Options(layout_features=list(FEATURES), hinting=False, notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    subsetter.subset(font)
    limits = {"opsz": OPTICAL_SIZE, "wght": WEIGHTS}
    font = instancer.instantiateVariableFont(font, limits, inplace=True)
    _rename(font, style)
    font.flavor = "woff2"
    font.save(target)


def _rename(font: Any, style: str) -> None:
    table = font["name"]
    suffix = " Italic" if style == "italic" else ""
    postscript = FAMILY.replace(" ", "")
    for record in list(table.names):
        if record.nameID in _FAMILY_NAMES:
            record.string = FAMILY
        elif record.nameID == _FULL_NAME:
            record.string = f"{FAMILY}{suffix}"
        elif record.nameID in (_UNIQUE, _POSTSCRIPT, _VARIATIONS):
            record.string = f"{postscript}{suffix.strip()}"
        elif record.nameID == _TRADEMARK:
            table.names.remove(record)


def main() -> int:
    """Make the face, say so if that is not possible, and return 0: pages do without."""
    try:
        is_there = make(FOLDER)
        why = "" if is_there else "its packages are not installed"
    except OSError as error:
        why = f"{FOLDER} cannot be written: {error.strerror or error}"
    if why:
        sys.stdout.write(f"The text face was not made ({why}): pages use the reader's own faces.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
