"""Symbols of meeting records such as S/PV.7343 (Resumption 1): parsing, formatting and slugs.

The symbol of a verbatim or summary record consists of an organ's series (``S``, ``A/58``,
``A/C.1/72``), ``PV`` or ``SR``, a number, and a resumption if the meeting was continued. In 2020
and 2021 the Security Council met by videoconference; the statements were published as letters,
``S/2020/418``, in place of records.
"""

import re
from dataclasses import dataclass

_SYMBOL = re.compile(
    r"""
    ^
    (?P<series>[A-Z][A-Z0-9]{0,9}(?:[/-][A-Z0-9.\-]{1,12}){0,4}?)  # S   A/58   A/C.1/72   A/ES-10
    \s?/\s?
    (?P<record>PV|SR)
    \s?[./]?\s?
    (?P<number>\d{1,5})
    (?:\s?\(?\s?Resumption\s?(?P<resumption>\d{0,2})\s?\)?)?      # (Resumption 1)   Resumption1
    $
    """,  # for text with single spaces
    re.VERBOSE | re.IGNORECASE,
)


_VIDEOCONFERENCE = re.compile(
    r"^(?P<series>S\s?/\s?202[01])\s?/\s?(?P<number>\d{1,5})$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Symbol:
    """The identifier of a meeting's record.

    >>> str(Symbol.parse("S/PV.8699Resumption1"))
    'S/PV.8699 (Resumption 1)'
    >>> Symbol.parse("A/58/PV.18").slug
    'a-58-pv-18'
    """

    series: str
    record_type: str  # "PV" verbatim, "SR" summary, "VTC" the statements of a videoconference
    number: int
    resumption: int = 0

    @classmethod
    def parse(cls, printed: str) -> "Symbol":
        """Parse a symbol as printed or as written in file names ("S_PV.8699(Resumption1)").

        Raises ValueError if it is not a symbol of a record.
        """
        written = " ".join(printed.split()).replace("_", "/") if len(printed) <= 80 else ""
        if letter := _VIDEOCONFERENCE.match(written):
            return cls(re.sub(r"\s", "", letter["series"]).upper(), "VTC", int(letter["number"]))
        match = _SYMBOL.match(written)
        if match is None:
            raise ValueError(f"“{printed[:80]}” is not a symbol such as S/PV.7343 or A/58/PV.18")
        resumption = match["resumption"]
        return cls(
            series=match["series"].upper(),
            record_type=match["record"].upper(),
            number=int(match["number"]),
            resumption=0 if resumption is None else int(resumption or 1),
        )

    def __str__(self) -> str:
        if self.record_type == "VTC":
            return f"{self.series}/{self.number}"
        resumption = f" (Resumption {self.resumption})" if self.resumption else ""
        return f"{self.series}/{self.record_type}.{self.number}{resumption}"

    @property
    def slug(self) -> str:
        if self.record_type == "VTC":
            return str(self).replace("/", "-").lower()
        base = re.sub(r"[^a-z0-9]+", "-", f"{self.series}/{self.record_type}/{self.number}".lower())
        return f"{base}-resumption-{self.resumption}" if self.resumption else base
