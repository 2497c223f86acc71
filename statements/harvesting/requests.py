"""Requests of OAI-PMH: their arguments, and the errors of the protocol."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest

# (required, optional, exclusive) arguments of each verb
_ARGUMENTS: Mapping[str, tuple[set[str], set[str], str]] = {
    "Identify": (set(), set(), ""),
    "ListMetadataFormats": (set(), {"identifier"}, ""),
    "ListSets": (set(), set(), "resumptionToken"),
    "ListIdentifiers": ({"metadataPrefix"}, {"from", "until", "set"}, "resumptionToken"),
    "ListRecords": ({"metadataPrefix"}, {"from", "until", "set"}, "resumptionToken"),
    "GetRecord": ({"identifier", "metadataPrefix"}, set(), ""),
}
VERBS = tuple(_ARGUMENTS)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SECOND = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
# of the protocol's schema, and of prefixes
_SET = re.compile(r"[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*")
SECOND_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


class ProtocolError(Exception):
    """An error of the protocol, by its code, such as "badArgument"."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a request, as they are repeated in the response."""

    verb: str
    values: Mapping[str, str]

    def value(self, name: str) -> str:
        """Return an argument, or "" if it is not given."""
        return self.values.get(name, "")

    @classmethod
    def of_request(cls, request: HttpRequest) -> "Arguments":
        """Read the arguments of a request by GET or POST.

        Raises ProtocolError with the code badVerb or badArgument.
        """
        query = request.POST if request.method == "POST" else request.GET
        verbs = query.getlist("verb")
        if len(verbs) != 1 or verbs[0] not in _ARGUMENTS:
            names = ", ".join(VERBS)
            raise ProtocolError("badVerb", f"Give the argument “verb” once. It is one of: {names}.")
        required, optional, exclusive = _ARGUMENTS[verbs[0]]
        arguments = {name: query.getlist(name) for name in query if name != "verb"}
        for name, values in arguments.items():
            if name not in {*required, *optional, exclusive}:
                raise _bad(f"The verb {verbs[0]} has no argument “{name}”.")
            if len(values) != 1:
                raise _bad(f"Give the argument “{name}” only once.")
        if exclusive in arguments:
            if len(arguments) > 1:
                raise _bad(f"With “{exclusive}” no other argument is allowed.")
        elif missing := sorted(required - set(arguments)):
            raise _bad(f"The verb {verbs[0]} needs the argument “{missing[0]}”.")
        return cls(verbs[0], {name: values[0] for name, values in arguments.items()})

    def times(self) -> tuple[datetime | None, datetime | None]:
        """Return the first and the last second asked for. Raises ProtocolError (badArgument)."""
        first, last = self.value("from"), self.value("until")
        if first and last and len(first) != len(last):
            raise _bad("“from” and “until” must both be days, or both have a time.")
        since, until = (_time(name, self.values) for name in ("from", "until"))
        if until and _DAY.fullmatch(last):
            until += timedelta(hours=23, minutes=59, seconds=59)
        if since and until and since > until:
            raise _bad("“from” must not be later than “until”.")
        return since, until

    def subset(self) -> str:
        """Return the set asked for, or "" for all. Raises ProtocolError (badArgument)."""
        if "set" in self.values and not _SET.fullmatch(self.values["set"]):
            raise _bad("“set” is not the name of a set. ListSets has the names.")
        return self.value("set")


def _time(name: str, values: Mapping[str, str]) -> datetime | None:
    if name not in values:
        return None
    text = values[name]
    try:
        if _DAY.fullmatch(text):
            return datetime.fromisoformat(text).replace(tzinfo=UTC)
        if _SECOND.fullmatch(text):
            return datetime.strptime(text, SECOND_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        pass
    raise _bad(f"“{name}” must be a day as 2026-01-31, or a time in UTC as 2026-01-31T09:30:00Z.")


def _bad(sentence: str) -> ProtocolError:
    return ProtocolError("badArgument", sentence)
