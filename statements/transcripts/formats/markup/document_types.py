"""Decides which document types are harmless, and gives characters their names.

Many XML files of parliaments begin with a list of characters (`<!ENTITY eacute "&#233;">`), and web
pages with `<!DOCTYPE html>`. Those are read. Whatever could grow (an entity within an entity), ask
for a file, or change the content otherwise is refused. Nothing is fetched: in place of an external
document type, the names of characters in HTML are declared.
"""

from functools import cache
from html.entities import html5, name2codepoint
from xml.parsers import expat

from statements.transcripts.values.parsed import UnreadableTranscript

_LONGEST = 8  # characters of an entity; those of names of characters are one or two
_PREDEFINED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class CharacterNames:
    """Lets a parser read document types that only name characters."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        self._own = False  # our own declarations are being parsed

    def allow(self) -> None:
        parser = self._parser
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
        parser.UseForeignDTD(True)
        parser.ExternalEntityRefHandler = self._declare
        parser.EntityDeclHandler = self._check
        parser.AttlistDeclHandler = _refuse
        parser.NotationDeclHandler = _refuse
        parser.SkippedEntityHandler = _refuse_unknown

    def _declare(self, context: str | None, *_: object) -> int:
        """Parse our declarations where the document type names an external one."""
        if self._own or context:
            _refuse()
        self._own = True
        subparser = self._parser.ExternalEntityParserCreate(context)
        subparser.Parse(_declarations(), True)
        self._own = False
        return 1

    def _check(
        self,
        name: str,
        is_parameter: int,
        value: str | None,
        _base: str | None,
        system_id: str | None,
        public_id: str | None,
        notation: str | None,
    ) -> None:
        if self._own:
            return
        if is_parameter or value is None or system_id or public_id or notation:
            _refuse()
        elif not _names_character(name, value):
            _refuse()


def _names_character(name: str, value: str) -> bool:
    """Return whether an entity only gives a character a name.

    Expat hands over the value with its character references resolved, so "&#38;" is "&" here.
    """
    if name in _PREDEFINED:
        return value in (_PREDEFINED[name], f"&#{ord(_PREDEFINED[name])};")
    if not value or len(value) > _LONGEST or set(value) & set("<&%"):
        return False
    return f"{name};" in html5 or not value.isascii()


@cache
def _declarations() -> bytes:
    return "".join(
        f'<!ENTITY {name} "&#{code};">'
        for name, code in name2codepoint.items()
        if name not in _PREDEFINED
    ).encode()


def _refuse(*_: object) -> None:
    raise UnreadableTranscript(
        "document-type",
        "The document type declaration (<!DOCTYPE>) declares more than names of characters, which "
        "is not allowed. Remove it.",
    )


def _refuse_unknown(name: str, _is_parameter: int) -> None:
    """Refuse an entity that would be left out silently."""
    raise UnreadableTranscript(
        "broken-markup",
        f"The document uses “&{name[:40]};”, which is the name of no known character. Write the "
        "character itself.",
    )
