"""Message catalogues: extract the texts of the interface, update the translations, compile them.

    python -m archive.translations            extract, update and compile (``make messages``)
    python -m archive.translations --add fr   the same, and begin a catalogue of French
    python -m archive.translations --compile  compile the catalogues that changed since

Babel does the work of GNU gettext's programs, so that nothing has to be installed by hand. The
template and the translations are committed; compiled catalogues are made by each set-up. Django
reads them from ``LOCALE_PATHS``.
"""

import argparse
import csv
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import IO, Any

from babel.core import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PROJECT = Path(__file__).resolve().parent.parent
LOCALES = PROJECT / "archive" / "locale"
TEMPLATE = LOCALES / "django.pot"
SOURCES = ("archive", "statements", "templates")
# Django's lazy functions take the same arguments as those that Babel knows
KEYWORDS = (
    DEFAULT_KEYWORDS
    | {
        f"{name}_lazy": DEFAULT_KEYWORDS[name]
        for name in ("gettext", "ngettext", "pgettext", "npgettext")
    }
    | {"gettext_noop": None}
)
COMMENT_TAGS = ("Translators:",)
_HEADER = """\
# Texts of the interface of Rostrum, extracted by "make messages".
# This file is distributed under the same licence as the project.
#"""
_TRANSLATION_HEADER = """\
# Texts of the interface of Rostrum in {language}.
# This file is distributed under the same licence as the project.
#"""
# without CLDR's third form, that of "1 million d’élèves", since numbers are written in digits
_PLURAL_FORMS = {
    "es": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
}


def extract_template(
    source: IO[bytes], keywords: Any, comment_tags: Iterable[str], options: Any
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """Extract the messages of a Django template: an extraction method of Babel.

    Django rewrites the template as calls of gettext's functions between words of ``X``. Brackets
    around them make one Python expression of it, whatever the indentation of its lines is.
    """
    from django.utils.translation.template import templatize

    python = f"({templatize(source.read().decode())}\n)"
    yield from extract_python(BytesIO(python.encode()), keywords, comment_tags, options)


def extract_names(
    source: IO[bytes], keywords: Any, comment_tags: Iterable[str], options: Any
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """Extract the names of States and organizations from the table with which an archive begins:
    an extraction method of Babel. ``languages.localized`` looks them up."""
    table = csv.DictReader(StringIO(source.read().decode()))
    for line, row in enumerate(table, start=2):
        yield line, "pgettext", ("country", row["short_name"]), []


def extract(project: Path = PROJECT) -> Catalog:
    """Return the messages of all Python files, templates and standard names of the project."""
    catalog = Catalog(project="Rostrum", header_comment=_HEADER)
    methods = [
        ("**.py", "python"),
        ("**.html", "archive.translations:extract_template"),
        ("alert/**.txt", "archive.translations:extract_template"),
        ("migrations/countries.csv", "archive.translations:extract_names"),
    ]
    for folder in SOURCES:
        messages = extract_from_dir(
            project / folder, methods, keywords=KEYWORDS, comment_tags=COMMENT_TAGS
        )
        for path, _line, message, comments, context in messages:
            location = (f"{folder}/{Path(path).as_posix()}", None)
            catalog.add(message, "", [location], auto_comments=comments, context=context)
    # as they are read from a file, so that messages sort alike before and after they are written
    for message in catalog:
        message.locations = sorted(set(message.locations))
    return catalog


def as_text(catalog: Catalog) -> str:
    """Return the messages of a catalogue as a .po file without its header and line numbers, which
    change when nothing is to be translated anew."""
    file = BytesIO()
    write_po(file, catalog, omit_header=True, include_lineno=False, sort_by_file=True)
    return file.getvalue().decode().strip() + "\n"


def translations(locales: Path = LOCALES) -> list[Path]:
    """Return the .po file of each language that has one."""
    return sorted(locales.glob("*/LC_MESSAGES/django.po"))


def update(catalog: Catalog, locales: Path = LOCALES, languages: Iterable[str] = ()) -> list[str]:
    """Write the template, and bring each translation in line with it.

    ``languages`` get a catalogue where they have none. Returns the problems found in translations.
    Raises UnknownLocaleError or ValueError for a language that Babel does not know.
    """
    added = {language: Locale.parse(language) for language in languages}
    template = locales / TEMPLATE.name
    if not template.exists() or as_text(_read(template)) != as_text(catalog):
        _write(template, catalog)
    for language, locale in added.items():
        path = locales / language / "LC_MESSAGES" / "django.po"
        if not path.exists():
            _write(path, _new_catalog(locale))
    problems = []
    for path in translations(locales):
        translated = _read(path)
        before = as_text(translated)
        translated.update(catalog)
        if as_text(translated) != before:
            _write(path, translated)
        problems += _problems(path, translated)
    return problems


def _new_catalog(locale: Locale) -> Catalog:
    header = _TRANSLATION_HEADER.format(language=locale.get_display_name("en"))
    catalog = Catalog(locale, project="Rostrum", header_comment=header, fuzzy=False)
    if plural_forms := _PLURAL_FORMS.get(locale.language):
        catalog.mime_headers = [("Plural-Forms", plural_forms)]
    return catalog


def compile_catalogs(locales: Path = LOCALES) -> list[str]:
    """Compile each translation that is newer than what was compiled of it.

    Messages with a mistake, such as a placeholder that is missing, are left out: they are shown in
    English. Returns the problems found.
    """
    problems = []
    for path in translations(locales):
        compiled = path.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime_ns > path.stat().st_mtime_ns:
            continue
        catalog = _read(path)
        problems += _problems(path, catalog)
        for message, _errors in list(_mistakes(catalog)):
            catalog.delete(message.id, message.context)
        file = BytesIO()
        write_mo(file, catalog)
        try:
            _replace(compiled, file.getvalue())
        except OSError as error:  # the project may lie in a folder that is read-only
            problems.append(f"{compiled}: {error.strerror or error}")
    return problems


def _mistakes(catalog: Catalog) -> Iterator[tuple[Message, list[Exception]]]:
    """Return translated messages that have mistakes."""
    for message, errors in catalog.check():
        if any(message.string):
            yield message, list(errors)


def _problems(path: Path, catalog: Catalog) -> list[str]:
    return [
        f"{path}:{message.lineno}: {error}"
        for message, errors in _mistakes(catalog)
        for error in errors
    ]


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=_language(path), domain="django", abort_invalid=True)


def _language(path: Path) -> str | None:
    return None if path.suffix == ".pot" else path.parent.parent.name


def _write(path: Path, catalog: Catalog) -> None:
    file = BytesIO()
    write_po(file, catalog, include_lineno=False, sort_by_file=True, include_previous=True)
    _replace(path, file.getvalue())


def _replace(path: Path, content: bytes) -> None:
    """Write a file as a whole, so that a process that reads it never meets a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).chmod(0o644)
    Path(name).replace(path)


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit status: 1 where ``make messages`` finds a mistake.

    A set-up goes on without the messages at fault.
    """
    parser = argparse.ArgumentParser(prog="python -m archive.translations", description=__doc__)
    parser.add_argument("--compile", action="store_true", help="only compile what has changed")
    parser.add_argument("--add", metavar="LANGUAGE", action="append", default=[])
    options = parser.parse_args(arguments)
    problems: list[str] = []
    if not options.compile:
        try:
            problems = update(extract(), languages=options.add)
        except (UnknownLocaleError, ValueError) as error:
            parser.error(str(error))
    problems = compile_catalogs() or problems
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if problems and not options.compile else 0


if __name__ == "__main__":
    sys.exit(main())
