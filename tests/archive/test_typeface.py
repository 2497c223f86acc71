"""The text face: subsets under a name of their own, with their licence; and pages without it."""

from pathlib import Path

import pytest

from archive import typeface

IS_MADE = (typeface.FOLDER / typeface.STYLES).exists()
made = pytest.mark.skipif(not IS_MADE, reason="the packages of the text face were not to be had")


def test_without_its_packages_it_is_not_made_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(typeface, "NEEDED", ("no_such_package",))
    monkeypatch.setattr(typeface, "FOLDER", tmp_path / "typeface")
    assert typeface.main() == 0
    assert list(tmp_path.iterdir()) == []
    assert "pages use the reader's own faces" in capsys.readouterr().out


def test_a_face_that_was_made_is_kept_where_its_packages_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typeface, "NEEDED", ("no_such_package",))
    (tmp_path / typeface.STYLES).write_text(typeface.styles())
    assert typeface.make(tmp_path)


@made
def test_a_folder_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setattr(typeface, "FOLDER", tmp_path / "file" / "typeface")
    assert typeface.main() == 0
    assert "cannot be written" in capsys.readouterr().out


def test_the_style_sheet_declares_both_styles_for_their_letters() -> None:
    text = typeface.styles()
    assert text.count('font-family: "Rostrum Serif"') == 2
    assert "font-style: italic" in text
    assert "U+20-7E" in text


@made
@pytest.mark.parametrize("style", typeface.FILES)
def test_a_subset_is_small_and_has_its_own_name_and_all_letters(style: str) -> None:
    ttlib = pytest.importorskip("fontTools.ttLib")
    file = typeface.FOLDER / f"{style}.woff2"
    assert file.stat().st_size < 60_000
    font = ttlib.TTFont(file)
    names = {record.nameID: str(record) for record in font["name"].names}
    for name, text in names.items():
        assert "Source" not in text or name in (0, 10, 13, 14), (name, text)
    assert names[1] == "Rostrum Serif"
    assert "Adobe" in names[0]
    assert {ord(letter) for letter in "Aażłőșéñ “”’–—…№€"} <= font.getBestCmap().keys()
    assert [(axis.axisTag, axis.minValue, axis.maxValue) for axis in font["fvar"].axes] == [
        ("wght", 400, 700)
    ]
    features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert {"onum", "tnum"} <= features


@made
def test_the_licence_is_served_beside_the_face() -> None:
    assert "SIL OPEN FONT LICENSE" in (typeface.FOLDER / typeface.LICENCE).read_text()
