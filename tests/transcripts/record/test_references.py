"""Symbols named in speeches: found as spans, in canonical form, in linear time."""

import time

import pytest

from statements.transcripts.record.references import find_references

FORMS = {
    "the letter (S/2019/9)": ["S/2019/9"],
    "document S/PV.8628, p. 2, says": ["S/PV.8628"],
    "see S/PV8628 and A/58/PV18": ["S/PV.8628", "A/58/PV.18"],  # misread
    "S/PV.9052 (Resumption 1) and A/49/ PV.14": ["S/PV.9052 (Resumption 1)", "A/49/PV.14"],
    "S/RES/1325 (2000)": ["S/RES/1325 (2000)"],
    "resolution 1325 (2000)": ["S/RES/1325 (2000)"],
    "resolutions 2170 (2014), 2178 (2014) and 2199 (2015)": [
        "S/RES/2170 (2014)",
        "S/RES/2178 (2014)",
        "S/RES/2199 (2015)",
    ],
    "General Assembly resolution 70/1": ["A/RES/70/1"],
    "resolution ES-10/19 of 2017": ["A/RES/ES-10/19"],
    "resolution 377 A (V)": ["A/RES/377 A (V)"],
    "draft resolution A/C.3/75/L.5/Rev.1": ["A/C.3/75/L.5/Rev.1"],
    "report A/HRC/43/56": ["A/HRC/43/56"],
    "S/PRST/2020/1": ["S/PRST/2020/1"],
    "A/ES-10/L.23 was put": ["A/ES-10/L.23"],
    "RIV/PV.9 and RIV/RES/7 (2019), RIV/C.1/PV.3": ["RIV/PV.9", "RIV/RES/7 (2019)", "RIV/C.1/PV.3"],
    "over TCP/IP, at NATO/PVX": [],
    "an and/or clause, a W/B ratio, HIV/AIDS, 24/7, and S/2": [],
    "resolution 1325 of the year 2000": [],
    "we showed resolution (in 2014)": [],
    "http://a.example/S/2019/9x": [],
}


@pytest.mark.parametrize(("text", "symbols"), FORMS.items())
def test_references_are_found_in_their_usual_form(text: str, symbols: list[str]) -> None:
    assert [reference.symbol for reference in find_references(text)] == symbols


def test_a_reference_is_a_span_of_the_printed_text_with_its_page() -> None:
    text = "It was said before (S/PV8628, p. 2), and again."
    (reference,) = find_references(text)
    assert text[reference.start : reference.end] == "S/PV8628, p. 2"
    assert (reference.symbol, reference.page) == ("S/PV.8628", "p. 2")


@pytest.mark.parametrize(
    "text",
    [
        "S/" * 20_000,
        "A/1" * 20_000,
        "A/" + "9/" * 20_000,
        "S/ " * 20_000,
        "A/" + "A" * 50_000,
        "resolution 1 (2000), " * 3_000,
        "resolutions " + "1 (2000), " * 5_000,
        "resolution " + "I" * 50_000,
    ],
    ids=range(8),
)
def test_references_are_found_in_linear_time(text: str) -> None:
    began = time.process_time()
    find_references(text)
    assert time.process_time() - began < 1
