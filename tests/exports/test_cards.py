"""Cards of speeches and quotations as pictures, and the folder that keeps them."""

import os
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pytest_django.fixtures import Settings

from statements.exports.cards import HEIGHT, WIDTH, Card, drawing, faces, kept, store
from statements.exports.cards.lines import fit

TITLE = Card("Kazakhstan", "Mr. Umarov", "President", "Rivers Council", "1997", "Rostrum")
QUOTATION = replace(TITLE, quotation="“The river rose by a metre, and it fell again.”")


def picture(card: Card) -> Image.Image:
    image = Image.open(BytesIO(drawing.draw(card)))
    assert image.format == "PNG"
    return image.convert("RGB")


def test_a_card_has_the_size_that_sites_ask_for_and_few_bytes() -> None:
    png = drawing.draw(QUOTATION)
    assert Image.open(BytesIO(png)).size == (WIDTH, HEIGHT)
    assert len(png) < 60_000
    assert drawing.draw(QUOTATION) == png


def ink(image: Image.Image, box: tuple[int, int, int, int]) -> int:
    """The number of pixels of a part that differ from its upper left one."""
    part = image.crop(box)
    ground = part.getpixel((0, 0))
    return sum(count for count, colour in part.getcolors(1 << 20) or () if colour != ground)


def test_a_quotation_is_drawn_within_its_box() -> None:
    for words in ("Peace.", "The river rose by a metre. " * 30):
        image = picture(replace(TITLE, quotation=words))
        assert ink(image, (60, 128, WIDTH - 10, 480)) > 500
        assert ink(image, (WIDTH - 84, 100, WIDTH - 1, 500)) == 0
        assert ink(image, (60, 484, WIDTH - 10, 500)) == 0


@pytest.mark.parametrize(
    "changed", ["delegation", "speaker", "role", "where", "day", "site", "quotation"]
)
def test_every_part_is_shown_and_makes_another_card(changed: str) -> None:
    other = replace(TITLE, **{changed: "Estuary 1961"})
    assert other.digest != TITLE.digest
    assert drawing.draw(other) != drawing.draw(TITLE)


def test_long_names_stay_on_the_card() -> None:
    name = "The Deputy Permanent Representative of the Upper and Lower Estuaries " * 3
    image = picture(Card(name, name, name, name, name, "A Site With a Very Long Name Indeed"))
    assert ink(image, (WIDTH - 84, 0, WIDTH - 1, HEIGHT)) == 0


def test_words_without_a_face_give_a_title_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "INSTALLED", ())
    faces._installed.cache_clear()
    try:
        unknown = replace(TITLE, quotation="ꦱꦼꦭꦩꦠ꧀")
        assert drawing.draw(unknown) == drawing.draw(TITLE)
    finally:
        faces._installed.cache_clear()


def test_lines_are_as_large_as_fits_and_nearly_equal() -> None:
    words = "one two three four five six seven eight nine ten"
    setting = fit(words, range(10, 41, 2), 200, 90, 1.0, lambda size: lambda t: len(t) * size / 2)
    assert " ".join(setting.lines) == words
    widths = [len(line) * setting.size / 2 for line in setting.lines]
    assert max(widths) <= 200
    assert len(setting.lines) * setting.size <= 90
    assert min(widths) > max(widths) / 2


def test_scripts_without_spaces_break_between_letters_but_not_before_a_full_stop() -> None:
    words = "川の水が上がった。それは下がった。"
    setting = fit(words, range(10, 11), 80, 90, 1.0, lambda size: lambda t: len(t) * size)
    assert "".join(setting.lines) == words
    assert not any(line.startswith("。") for line in setting.lines)


def test_a_card_is_drawn_once_and_kept(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CARDS_DIR = tmp_path / "cards"
    drawn = []
    monkeypatch.setattr(store, "draw", lambda card: drawn.append(card) or b"png")
    assert kept(TITLE) == kept(TITLE) == b"png"
    assert drawn == [TITLE]


def test_the_folder_of_cards_is_bounded_and_the_oldest_go(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CARDS_DIR = tmp_path
    monkeypatch.setattr(store, "KEPT", 10)
    monkeypatch.setattr(store, "draw", lambda card: b"png")
    for number in range(10):
        (tmp_path / f"{number}.png").write_bytes(b"old")
        os.utime(tmp_path / f"{number}.png", (number, number))
    kept(TITLE)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {*(f"{number}.png" for number in range(1, 10)), f"{TITLE.digest}.png"}


def test_a_card_is_drawn_where_nothing_can_be_kept(settings: Settings, tmp_path: Path) -> None:
    settings.CARDS_DIR = tmp_path / "file" / "cards"
    (tmp_path / "file").write_text("not a folder")
    assert kept(TITLE).startswith(b"\x89PNG")
