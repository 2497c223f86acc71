"""Symbols of meeting records in every printed form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.transcripts import Symbol

FORMS = {
    "S/PV.7343": "S/PV.7343",
    "s/pv.7343": "S/PV.7343",
    "S/PV7343": "S/PV.7343",
    "S/PV/7343": "S/PV.7343",
    "S/PV. 7343": "S/PV.7343",
    "S_PV.8699": "S/PV.8699",
    "S/PV.9052 (Resumption 1)": "S/PV.9052 (Resumption 1)",
    "S/PV.9052(Resumption 1)": "S/PV.9052 (Resumption 1)",
    "S/PV.3745Resumption1": "S/PV.3745 (Resumption 1)",
    "S_PV.8699(Resumption1)": "S/PV.8699 (Resumption 1)",
    "S/PV.3745 (Resumption)": "S/PV.3745 (Resumption 1)",
    "A/58/PV.18": "A/58/PV.18",
    "A/C.1/72/PV.3": "A/C.1/72/PV.3",
    "A/ES-10/PV.49": "A/ES-10/PV.49",
    "A/C.5/60/SR.12": "A/C.5/60/SR.12",
    "RIV/C.1/PV.3": "RIV/C.1/PV.3",
    "S/2020/418": "S/2020/418",  # statements of a videoconference, published as a letter
    "S_2021_9": "S/2021/9",
}


@pytest.mark.parametrize(("printed", "written"), FORMS.items())
def test_symbol_is_read_in_every_printed_form(printed: str, written: str) -> None:
    assert str(Symbol.parse(printed)) == written


@pytest.mark.parametrize(
    "printed",
    ["", "S/2015/87", "S/RES/1325 (2000)", "PV.12", "S/PV.", "S/PV.123456", "S/PV.1 x", "7343"],
)
def test_other_symbols_are_refused_by_name(printed: str) -> None:
    with pytest.raises(ValueError, match="is not a symbol such as"):
        Symbol.parse(printed)


def test_slug_tells_resumptions_apart() -> None:
    assert Symbol.parse("S/PV.9052").slug == "s-pv-9052"
    assert Symbol.parse("S/PV.9052 (Resumption 1)").slug == "s-pv-9052-resumption-1"
    assert Symbol.parse("A/58/PV.18").slug == "a-58-pv-18"
    assert Symbol.parse("S/2020/418").slug == "s-2020-418"


SERIES = st.from_regex(r"[A-Z]{1,4}(/[A-Z]\.[1-9]|/[1-9][0-9])?", fullmatch=True)


@given(SERIES, st.sampled_from(["PV", "SR"]), st.integers(1, 99999), st.integers(0, 99))
def test_what_is_written_is_read_again(
    series: str, record_type: str, number: int, resumption: int
) -> None:
    symbol = Symbol(series, record_type, number, resumption)
    assert Symbol.parse(str(symbol)) == symbol


@given(st.text(max_size=200))
def test_any_text_is_a_symbol_or_a_value_error(text: str) -> None:
    try:
        symbol = Symbol.parse(text)
    except ValueError:
        return
    assert Symbol.parse(str(symbol)) == symbol
