"""Reads the front matter of a Markdown file: title, date and source in YAML between "---" lines.

It describes the text and was never spoken.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from statements.transcripts.formats.pages.recognition import (
    FRONT_MATTER_END,
    FRONT_MATTER_START,
    has_front_matter,
)
from statements.transcripts.values.dates import first_date
from statements.transcripts.values.parsed import ParsedMeeting, Problem

_TITLES = ("title", "name", "headline")
_TIME = re.compile(r"[T ]\d{2}:")
_DATES = ("date", "published", "published_time", "date_published", "pubdate", "published_at")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The metadata before the text of a file."""

    lines: tuple[str, ...]  # as printed, without the fences
    values: Mapping[str, str]  # by key in lower case; empty if it cannot be read
    end: int  # index at which the text begins

    @property
    def meeting(self) -> ParsedMeeting:
        """The title, then the other lines, and the first value that is a date."""
        title = next((self.values[key] for key in _TITLES if self.values.get(key)), "")
        others = (f"{key}: {value}" for key, value in self.values.items() if value != title)
        printed = (title, *others) if self.values else self.lines
        dates = [self.values[key] for key in _DATES if self.values.get(key)]
        return ParsedMeeting(
            date=first_date(_TIME.split(printed_date, maxsplit=1)[0] for printed_date in dates),
            first_page=tuple(" ".join(line.split()) for line in printed if line.strip()),
        )

    def problems(self) -> Iterator[Problem]:
        if not self.values:
            yield Problem(
                "front-matter",
                "The lines between “---” at the beginning are not valid YAML. They were kept as "
                "the first page; please check title and date.",
                line=1,
            )


def read_front_matter(text: str) -> FrontMatter | None:
    """Split the front matter from a text; return None if it has none."""
    opening = FRONT_MATTER_START.match(text)
    if opening is None or not has_front_matter(text):
        return None
    closing = FRONT_MATTER_END.search(text, opening.end())
    if closing is None:
        return None
    printed = text[opening.end() : closing.start()]
    lines = tuple(line.strip() for line in printed.splitlines() if line.strip())
    return FrontMatter(lines, _values(printed), closing.end())


def _values(printed: str) -> dict[str, str]:
    """Return the entries as text; nested ones are joined, and aliases in them are not followed."""
    if "&" in printed and re.search(r"(?:^|\s)\*\w", printed):
        return {}  # an alias may stand for itself many times over
    try:
        loaded = yaml.safe_load(printed)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    if not isinstance(loaded, dict):
        return {}
    return {str(key).strip().lower(): _as_text(value) for key, value in loaded.items()}


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(filter(None, map(_as_text, value)))
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_as_text(inner)}" for key, inner in value.items())
    return str(value)
