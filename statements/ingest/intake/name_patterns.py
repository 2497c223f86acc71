"""Names of files that say what is in them: "2031-05-06_Odile_Rill_Norway.txt".

The operator gives the pattern, "{date}_{speaker}_{affiliation}", because no program can know what
the parts of a name mean. A name is then worth a row of a metadata table.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from django.utils.translation import gettext as _

from statements.ingest.drafts.draft import Metadata
from statements.ingest.errors import IngestError
from statements.ingest.intake.metadata_table import COLUMNS, metadata_of
from statements.transcripts.languages.country_codes import read_country_code

_FIELD = re.compile(r"\{(?P<field>\w+)\}|(?P<any>\*)|(?P<text>[^{}*]+)|(?P<other>[{}])")
_DATE_PARTS = {"year": r"\d{4}", "month": r"\d{1,2}", "day": r"\d{1,2}"}
# these may contain the sign between the parts; the others end before it
_LONG = frozenset({"speaker", "topic", "debate"})
_FORMS = {
    "date": r"\d{4}-\d{2}-\d{2}|\d{8}|[^_]+?",
    "position": r"\d{1,9}",
    "session": r"\d{1,3}",
    "country_code": r"[A-Za-z]{2,3}",
    "symbol": r"[A-Z][\w.()-]*?",  # S_PV.12
    **_DATE_PARTS,
}
FIELDS = tuple(dict.fromkeys((*COLUMNS[1:], *_DATE_PARTS)))
_LONGEST_NAME = 255  # characters


class UnknownName(IngestError):
    """The name of a file does not have the form that was given."""


@dataclass(frozen=True, slots=True)
class NamePattern:
    """A pattern for the names of files without their endings."""

    printed: str
    expression: re.Pattern[str]

    @classmethod
    def parse(cls, printed: str) -> Self:
        """Raises ValueError with a message for the user if it is no pattern."""
        parts: list[str] = []
        fields: set[str] = set()
        for part in _FIELD.finditer(printed):
            field = part["field"]
            if part["other"] or (field and (field not in FIELDS or field in fields)):
                raise ValueError(
                    _("“%(part)s” is not a field, or is used twice; the fields are %(fields)s")
                    % {"part": part[0], "fields": ", ".join(f"{{{name}}}" for name in FIELDS)}
                )
            if field:
                fields.add(field)
                parts.append(
                    f"(?P<{field}>{_FORMS.get(field, '.+' if field in _LONG else '[^_]+')})"
                )
            else:
                parts.append(".*?" if part["any"] else re.escape(part["text"]))
        if not fields:
            raise ValueError(_("a pattern must contain fields, such as {date}_{speaker}"))
        return cls(printed, re.compile("".join(parts), re.IGNORECASE))

    def metadata_of(self, path: Path) -> Metadata:
        """Return what the name of a file says; raises UnknownName if it has another form."""
        match = self.expression.fullmatch(path.stem[:_LONGEST_NAME])
        if match is None:
            raise UnknownName(
                _("The name does not have the form “%(pattern)s”.") % {"pattern": self.printed}
            )
        found = {
            field: value if field == "symbol" else value.replace("_", " ").strip()
            for field, value in match.groupdict().items()
        }
        try:
            return metadata_of({**dict.fromkeys(COLUMNS, ""), **_with_date(found)})
        except ValueError as error:
            raise UnknownName(
                _("The name does not have the form “%(pattern)s”: %(reason)s.")
                % {"pattern": self.printed, "reason": error}
            ) from error


def _with_date(found: dict[str, str]) -> dict[str, str]:
    """Return the values with a date in place of its parts; a year alone stays."""
    parts = [found.pop(part, "") for part in _DATE_PARTS]
    date = found.get("date", "")
    if len(date) == 8 and date.isdecimal():
        found["date"] = f"{date[:4]}-{date[4:6]}-{date[6:]}"
    elif all(parts):
        year, month, day = parts
        found["date"] = f"{year}-{month:0>2}-{day:0>2}"
    elif parts[0]:
        found["year"] = parts[0]
    if code := found.get("country_code", ""):
        read_country_code(code.upper())
        found["country_code"] = code.upper()
    return found
