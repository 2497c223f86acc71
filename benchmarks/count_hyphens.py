"""Count words and hyphenated compounds of the UN General Debate Corpus for ``hyphens.txt``.

    python benchmarks/count_hyphens.py ARCHIVE.tar.xz

Only forms that are unbroken within a line are counted: a word divided at a line end says nothing
about its hyphen. Only counts are written, no text.
"""

import argparse
import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

TABLE = Path(__file__).parent.parent / "statements" / "transcripts" / "text" / "hyphens.txt"
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*(?P<cut>-(?:\s|$))?")

MIN_LETTERS = 4  # nobody breaks a shorter word
MAX_LETTERS = 40
MIN_WORD = 8  # a word seen less often is left out; a compound may be rarer, for it is the
MIN_COMPOUND = 3  # exception that the table is for,
RARER = 20  # but not so rare beside its joined form that it is only a slip


def texts(archive: Path) -> Iterator[tuple[str, str]]:
    """Name and text of every statement in the archive, in its order."""
    with tarfile.open(archive) as tar:
        for member in tar:
            name = Path(member.name).name
            if not member.isfile() or not name.endswith(".txt") or name.startswith("."):
                continue
            stream = tar.extractfile(member)
            if stream is None:
                continue
            data = stream.read()
            try:
                yield name, data.decode("utf-8-sig")
            except UnicodeDecodeError:
                yield name, data.decode("cp1252", errors="replace")


def unbroken(text: str) -> Iterator[str]:
    """The words of a text in lower case, except both halves of every word divided by a hyphen."""
    after_cut = False
    for line in text.splitlines():
        for match in WORD.finditer(line):
            if match["cut"] is None and not after_cut:
                yield match[0].lower()
            after_cut = match["cut"] is not None


def count(archive: Path) -> Counter[str]:
    counts: Counter[str] = Counter()
    for _, text in texts(archive):
        counts.update(unbroken(text))
    return counts


def kept(counts: Counter[str]) -> Iterator[str]:
    """The forms worth keeping: frequent words, and compounds that are not just typing errors."""
    for form, seen in counts.items():
        letters = form.replace("-", "")
        if not MIN_LETTERS <= len(letters) <= MAX_LETTERS:
            continue
        if seen >= (MIN_WORD if form == letters else max(MIN_COMPOUND, counts[letters] / RARER)):
            yield form


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--out", type=Path, default=TABLE)
    options = parser.parse_args()
    counts = count(options.archive)
    lines = sorted(f"{form} {counts[form]}" for form in kept(counts))
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} forms, {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
