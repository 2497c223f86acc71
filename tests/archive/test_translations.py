"""Texts of the interface: extracted, translated, compiled, and seen on a page."""

import os
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.template import engines
from django.test import Client
from django.utils.translation import to_locale
from pytest_django.fixtures import Settings

from archive import translations

MADE_UP = "qaa"  # of the codes that ISO 639-2 reserves for private use


def write_translation(locales: Path, texts: dict[str | tuple[str, ...], str]) -> Path:
    catalog = Catalog(MADE_UP, fuzzy=False)
    for message, translation in texts.items():
        catalog.add(message, translation)
    path = locales / MADE_UP / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, catalog)
    return path


def extracted(template: str) -> list[tuple[int, str, object]]:
    found = translations.extract_template(
        BytesIO(template.encode()), translations.KEYWORDS, translations.COMMENT_TAGS, {}
    )
    return [(line, function, message) for line, function, message, _comments in found]


def test_messages_of_a_template_are_found_whatever_its_indentation() -> None:
    template = """{% load i18n %}
      <p>It's "here" (or {not}: {{ there }})</p>
   {% translate "A text" %}
        {% blocktranslate trimmed with name=user.name %}
          Dear {{ name }},
          100 % is a lot.
        {% endblocktranslate %}
 <b>{% blocktranslate count number=n %}a file{% plural %}{{ number }} files{% endblocktranslate %}
"""
    assert [(function, message) for _, function, message in extracted(template)] == [
        ("gettext", "A text"),
        ("gettext", "Dear %(name)s, 100 %% is a lot."),
        ("ngettext", ("a file", "%(number)s files", None)),
    ]


def test_messages_of_a_template_keep_their_context() -> None:
    found = extracted("{% translate 'May' context 'month' %}")
    assert [(function, message) for _, function, message in found] == [
        ("pgettext", ("month", "May"))
    ]


def test_python_and_templates_of_the_project_are_extracted() -> None:
    catalog = translations.extract()
    assert "Page not found" in catalog
    places = {path for message in catalog for path, _ in message.locations}
    assert "templates/404.html" in places
    assert "statements/views/error_pages.py" in places
    ngettext = [message for message in catalog if message.pluralizable]
    assert any(message.id == ("%(count)s speech", "%(count)s speeches") for message in ngettext)


@pytest.mark.django_db
def test_a_page_is_seen_in_a_language_that_has_a_catalogue(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    texts = {
        "Page not found": "Blatt verschütt",
        "There is no page at this address.": "Hier ist <nix>.",
        "Search help": "Wie man sucht",
    }
    write_translation(tmp_path, texts)
    assert translations.compile_catalogs(tmp_path) == []
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGE_CODE = MADE_UP
    page = client.get("/nowhere/").content.decode()
    assert '<html lang="qaa">' in page
    assert "<h1>Blatt verschütt</h1>" in page
    assert "Hier ist" in page
    assert "Wie man sucht</a>" in page  # in the footer, which is cached for each language
    assert "Search the archive" in page  # not translated yet


@pytest.mark.django_db
def test_pages_are_english_and_the_same_for_every_reader(client: Client) -> None:
    page = client.get("/about/", headers={"Accept-Language": "fr"})
    assert '<html lang="en">' in page.content.decode()
    assert "Accept-Language" not in page.get("Vary", "")
    assert page["Content-Language"] == "en"


def test_only_changed_translations_are_compiled(tmp_path: Path) -> None:
    path = write_translation(tmp_path, {"About": "Über"})
    translations.compile_catalogs(tmp_path)
    compiled = path.with_suffix(".mo")
    first = compiled.stat().st_mtime_ns
    translations.compile_catalogs(tmp_path)
    assert compiled.stat().st_mtime_ns == first
    path.write_text(path.read_text().replace("Über", "Über uns"))
    translations.compile_catalogs(tmp_path)
    assert "Über uns".encode() in compiled.read_bytes()


def test_a_translation_with_a_mistake_is_left_out_and_named(tmp_path: Path) -> None:
    path = write_translation(
        tmp_path, {"About": "Über", "Page %(number)s of %(count)s": "Seite %(nummer)s"}
    )
    (problem,) = translations.compile_catalogs(tmp_path)
    assert problem.startswith(f"{path}:")
    assert "nummer" in problem
    compiled = path.with_suffix(".mo").read_bytes()
    assert "Über".encode() in compiled
    assert b"Seite" not in compiled


def test_an_update_keeps_translations_and_writes_only_what_changed(tmp_path: Path) -> None:
    path = write_translation(tmp_path, {"About": "Über", "Gone": "Weg"})
    catalog = Catalog()
    catalog.add("About", "", locations=[("templates/about.html", 0)])
    catalog.add("Pages", "", locations=[("templates/_paging.html", 0)])
    assert translations.update(catalog, tmp_path) == []
    with path.open("rb") as file:
        updated = read_po(file)
    assert updated["About"].string == "Über"
    assert updated["Pages"].string == ""
    assert "Gone" in updated.obsolete
    written = [tmp_path / "django.pot", path]
    first = [file.stat().st_mtime_ns for file in written]
    translations.update(catalog, tmp_path)
    assert [file.stat().st_mtime_ns for file in written] == first


def test_catalogues_that_cannot_be_written_are_named_and_stop_nothing(tmp_path: Path) -> None:
    path = write_translation(tmp_path, {"About": "Über"})
    path.with_suffix(".mo").mkdir()  # in the place of the file, as root may write anywhere
    os.utime(path.with_suffix(".mo"), (0, 0))
    (problem,) = translations.compile_catalogs(tmp_path)
    assert str(path.with_suffix(".mo")) in problem


def test_a_new_language_begins_with_its_plural_forms(tmp_path: Path) -> None:
    catalog = Catalog()
    catalog.add(("%(count)s speech", "%(count)s speeches"), "")
    assert translations.update(catalog, tmp_path, ["pl"]) == []
    text = (tmp_path / "pl" / "LC_MESSAGES" / "django.po").read_text()
    assert "nplurals=3" in text
    assert 'msgstr[2] ""' in text


def test_an_unknown_language_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        translations.main(["--add", "zz_Nowhere"])
    assert exit_.value.code == 2
    assert "zz" in capsys.readouterr().err


def test_the_committed_template_has_all_texts_of_the_interface() -> None:
    with translations.TEMPLATE.open("rb") as file:
        committed = translations.as_text(read_po(file))
    assert translations.as_text(translations.extract()) == committed, "run `make messages`"


def test_languages_that_are_offered_are_complete() -> None:
    with translations.TEMPLATE.open("rb") as file:
        template = read_po(file)
    texts = {(message.context, str(message.id)) for message in template if message.id}
    codes = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    assert codes
    for code in codes:
        assert texts - _translated(code) == set()


def _translated(language: str) -> set[tuple[str | None, str]]:
    path = translations.LOCALES / to_locale(language) / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        catalog = read_po(file)
    return {
        (message.context, str(message.id))
        for message in catalog
        if message.id and not message.fuzzy and all(_forms(message)) and not message.check(catalog)
    }


def _forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def test_every_template_of_the_project_can_be_compiled() -> None:
    for path in (translations.PROJECT / "templates").rglob("*.html"):
        engines["django"].from_string(path.read_text())
