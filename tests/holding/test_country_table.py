"""The table of countries and bodies is complete and unambiguous, and has the names that records
print.

The two files are read as a seeding migration reads them, without a database. The rule by which a
printed form resolves is the one of docs/decisions/country-names.md.
"""

import csv
import gzip
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from statements.transcripts.languages.names import fold

ROOT = Path(__file__).resolve().parents[2]
TABLES = ROOT / "statements" / "migrations"
CORPORA = ROOT.parent / "shared" / "corpora"

# every alpha-3 code that ISO 3166-1 assigns today
ISO_TODAY = set(
    """
    ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR
    BHR BHS BIH BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG
    COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH
    FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY
    HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM
    KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL
    MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR
    NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU
    SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA
    TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB
    VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE
    """.split()
)
# alpha-3 codes that ISO 3166-3 lists as withdrawn
ISO_FORMER = set(
    """
    AFI ANT ATB ATN BUR BYS CSK CTE DDR DHY FXX GEL HVO JTN MID NHB NTZ PCI PCZ PHI PUS RHO SCG SKM
    SUN TMP VDR WAK YMD YUG ZAR
    """.split()
)
# EAZ is Zanzibar's distinguishing sign, which ISO 3166 keeps reserved; XKX is user-assigned
BEYOND_ISO = {"EAZ", "XKX"}

# the members that the United Nations counted at the end of a year
MEMBERS_AT_THE_END_OF = {
    1945: 51, 1946: 55, 1947: 57, 1948: 58, 1949: 59, 1950: 60, 1955: 76, 1956: 80, 1957: 82,
    1958: 82, 1960: 99, 1961: 104, 1962: 110, 1963: 113, 1964: 115, 1965: 117, 1966: 122,
    1967: 123, 1968: 126, 1970: 127, 1971: 132, 1973: 135, 1974: 138, 1975: 144, 1976: 147,
    1977: 149, 1978: 151, 1979: 152, 1980: 154, 1981: 157, 1983: 158, 1984: 159, 1990: 159,
    1991: 166, 1992: 179, 1993: 184, 1994: 185, 1999: 188, 2000: 189, 2002: 191, 2006: 192,
    2011: 193, 2024: 193,
}  # fmt: skip
# Egypt and Syria were one member, and Indonesia stayed away: the count says so, the rows do not
COUNTED_ONE_LESS = {1958, 1960, 1965}

# names of the General Debate's speakers table that stay unknown, and why
NOT_ONE_NAME = {  # two names in one cell
    "Belarus, Byelorussian Soviet Socialist Republic",
    "Benin (Dahomey)",
    "Cambodia /Kampuchea",
    "Central African Empire/CAR",
    "Ceylon (Sri Lanka)",
    "Congo, the Democratic Republic of the/Zaire",
    "Holy See/ Vatican",
    "Holy See/Vatican",
    "Myanmar / Burma",
    "Russian Federation (USSR)",
    "Upper Volta/Burkina Faso",
    "Vatican/Holy See",
}
NOT_SURE = {  # could be more than one state, or is no name of the state meant
    "29+C70+A7+D71:E74",
    "Democratic People’s Republic",
    "European Council",
    "FDR",
    "Germany Democratic Republic",
    "Hungry",
    "Korea",
    "Lao People's Democratic Re\u00adpublic",
    "Leage of Arab States",
    "Palestinan Authority",
    "People's Republic of Korea",
    "Republic of Co",
    "Republic of Russia",
    "Republica Federal Alemana",
    "Taoiseach of Ireland",
    "United States Minor Outlying Islands",
    "Western Sahara",
}
# codes of that table that are slips of the pen
NOT_A_CODE = {"", "CZK", "DKN", "EC", "PAR", "PKR", "POR", "ZFA"}

# values of the Security Council table that are no body held here
UNHELD_BODIES = {
    "Arab Human Rights Foundation",
    "Columbia University",
    "Commission for the Clarification of Truth, Coexistence and Non-Repetition of Colombia",
    "Community Empowerment for Progress Organization",
    "Foundation for Human Rights in South Africa",
    "Municipal Association of Women",
    "Save Act Mine",
    "Women's Monthly Forum on Peace and Political Processes in South Sudan",
    "Youth Initiative for Human Rights",
    "spoke in French",
}

type Range = tuple[date, date]


def _rows(name: str) -> list[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _range(row: dict[str, str]) -> Range:
    return (
        date.fromisoformat(row["valid_from"]) if row["valid_from"] else date.min,
        date.fromisoformat(row["valid_to"]) if row["valid_to"] else date.max,
    )


COUNTRIES = {row["code"]: row for row in _rows("countries.csv")}
NAMES = _rows("country_names.csv")


def _holders() -> dict[str, dict[str, list[Range]]]:
    """Folded name -> code -> when it is that code's; dated repeats bound a short or formal name."""
    holders: dict[str, dict[str, list[Range]]] = defaultdict(lambda: defaultdict(list))
    for row in NAMES:
        holders[fold(row["name"])][row["code"]].append(_range(row))
    for code, row in COUNTRIES.items():
        for name in filter(None, {fold(row["short_name"]), fold(row["formal_name"])}):
            if code not in holders[name]:
                holders[name][code].append((date.min, date.max))
    return holders


HOLDERS = _holders()


def resolve(name: str, on: date | None = None) -> str | None:
    """Name the one code that bears this name; a date separates rivals; else nothing."""
    rivals = HOLDERS.get(fold(name), {})
    if len(rivals) == 1:
        return next(iter(rivals))
    if on is None:
        return None
    held = [code for code, ranges in rivals.items() if any(a <= on <= b for a, b in ranges)]
    return held[0] if len(held) == 1 else None


def _corpus(name: str) -> Path:
    path = CORPORA / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    return path


def _members(on: date) -> set[str]:
    return {
        code
        for code, row in COUNTRIES.items()
        if row["kind"] == "member" and _range(row)[0] <= on <= _range(row)[1]
    }


# --- the files themselves ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("countries.csv", "code,kind,short_name,formal_name,valid_from,valid_to,successors"),
        ("country_names.csv", "code,name,valid_from,valid_to,note"),
    ],
)
def test_file_is_clean_and_sorted_by_code(name: str, header: str) -> None:
    raw = (TABLES / name).read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert raw.decode("utf-8") == unicodedata.normalize("NFC", raw.decode("utf-8"))
    assert raw.decode("utf-8").splitlines()[0] == header
    rows = _rows(name)
    codes = [row["code"] for row in rows]
    assert codes == sorted(codes)
    for row in rows:
        assert all(value == " ".join(value.split()) for value in row.values()), row


def test_codes_and_short_names_are_unique() -> None:
    rows = _rows("countries.csv")
    assert len({row["code"] for row in rows}) == len(rows)
    assert len({fold(row["short_name"]) for row in rows}) == len(rows)


def test_rows_fit_the_columns_that_hold_them() -> None:
    for row in COUNTRIES.values():
        assert re.fullmatch(r"[A-Z][A-Z0-9-]{1,11}", row["code"]), row
        assert row["kind"] in {"member", "observer", "state", "organization"}
        assert 0 < len(row["short_name"]) <= 120, row
        assert len(row["formal_name"]) <= 200, row
        assert _range(row)[0] <= _range(row)[1], row
    for row in NAMES:
        assert 0 < len(row["name"]) <= 200, row
        assert _range(row)[0] <= _range(row)[1], row


def test_every_state_has_a_formal_name() -> None:
    states = [row for row in COUNTRIES.values() if row["kind"] != "organization"]
    assert [row["code"] for row in states if not row["formal_name"]] == []


def test_every_name_belongs_to_a_row() -> None:
    assert {row["code"] for row in NAMES} <= COUNTRIES.keys()


def test_no_name_stands_twice_for_the_same_time() -> None:
    keys = [(row["code"], fold(row["name"]), row["valid_from"]) for row in NAMES]
    assert len(keys) == len(set(keys))


def test_an_undated_name_repeats_neither_short_nor_formal_name() -> None:
    for row in NAMES:
        country = COUNTRIES[row["code"]]
        if not row["valid_from"] and not row["valid_to"]:
            own = {fold(country["short_name"]), fold(country["formal_name"])}
            assert fold(row["name"]) not in own, row


def test_successors_are_rows_that_came_later() -> None:
    for row in COUNTRIES.values():
        for successor in row["successors"].split():
            assert row["valid_to"], f"{row['code']} has successors but no end"
            assert _range(COUNTRIES[successor])[1] > _range(row)[1], row


# --- codes ------------------------------------------------------------------------------------


def test_the_list_of_iso_codes_is_whole() -> None:
    assert len(ISO_TODAY) == 249
    assert not ISO_TODAY & ISO_FORMER


def test_a_state_has_its_iso_code() -> None:
    for code, row in COUNTRIES.items():
        if row["kind"] != "organization":
            known = ISO_FORMER if row["valid_to"] else ISO_TODAY
            assert code in known | BEYOND_ISO, row


def test_no_body_has_the_code_of_a_state() -> None:
    bodies = {code for code, row in COUNTRIES.items() if row["kind"] == "organization"}
    assert not bodies & (ISO_TODAY | ISO_FORMER | BEYOND_ISO)


def test_no_name_is_the_code_of_another_row() -> None:
    codes = {code.casefold(): code for code in COUNTRIES}
    codes |= {code.casefold(): code for code in ISO_TODAY}
    for name, rivals in HOLDERS.items():
        if name in codes:
            assert set(rivals) == {codes[name]}, name


# --- membership -------------------------------------------------------------------------------


def test_193_members_today_each_with_its_day_of_admission() -> None:
    today = [row for row in COUNTRIES.values() if row["kind"] == "member" and not row["valid_to"]]
    assert len(today) == 193
    assert [row["code"] for row in today if not row["valid_from"]] == []


@pytest.mark.parametrize(("year", "count"), MEMBERS_AT_THE_END_OF.items())
def test_members_at_the_end_of_a_year_are_as_many_as_were_counted(year: int, count: int) -> None:
    rows = _members(date(year, 12, 31))
    assert len(rows) - (year in COUNTED_ONE_LESS) == count


def test_the_two_observer_states_are_no_members() -> None:
    observers = {code for code, row in COUNTRIES.items() if row["kind"] == "observer"}
    assert observers == {"PSE", "VAT"}


@pytest.mark.parametrize(
    ("code", "admitted"),
    [
        ("BLR", "1945-10-24"),
        ("IND", "1945-10-30"),
        ("BEL", "1945-12-27"),
        ("ISR", "1949-05-11"),
        ("JPN", "1956-12-18"),
        ("KAZ", "1992-03-02"),
        ("DEU", "1973-09-18"),
        ("RUS", "1991-12-24"),  # took over the seat of SUN
        ("SRB", "2006-06-03"),  # took over the seat of SCG
        ("SSD", "2011-07-14"),
    ],
)
def test_day_of_admission(code: str, admitted: str) -> None:
    assert COUNTRIES[code]["valid_from"] == admitted


# --- names ------------------------------------------------------------------------------------


def _rivalries() -> Iterator[tuple[str, str, str, Range, Range]]:
    for name, holders in HOLDERS.items():
        for (code, ranges), (rival, others) in combinations(holders.items(), 2):
            for mine in ranges:
                for theirs in others:
                    yield name, code, rival, mine, theirs


def test_no_name_belongs_to_two_codes_on_the_same_day() -> None:
    rivalries = list(_rivalries())
    assert rivalries, "names that changed hands exist, or this test sees nothing"
    for name, code, rival, mine, theirs in rivalries:
        assert mine[1] < theirs[0] or theirs[1] < mine[0], (name, code, rival)


@pytest.mark.parametrize(
    ("printed", "on", "code"),
    [
        ("Bolivarian Republic of Venezuela", None, "VEN"),
        ("Venezuela (Bolivarian Republic of)", None, "VEN"),
        ("the  Russian Federation", None, "RUS"),
        ("Union of Soviet Socialist Republics", None, "SUN"),
        ("Cote d’Ivoire", None, "CIV"),
        ("Ivory Coast", date(2015, 1, 1), "CIV"),  # an old name printed late has no rival
        ("Turkey", date(2024, 9, 1), "TUR"),
        ("TÜRKIYE", None, "TUR"),
        ("Guinea", None, "GIN"),
        ("Equatorial Guinea", None, "GNQ"),
        ("Niger", None, "NER"),
        ("Sudan", date(2012, 1, 1), "SDN"),
        ("Germany", date(1980, 1, 1), "DEU"),
        ("German Democratic Republic", date(1980, 1, 1), "DDR"),
        ("Yemen", date(1980, 1, 1), "YEM"),
        ("Democratic Yemen", date(1980, 1, 1), "YMD"),
        ("China", date(1960, 1, 1), "CHN"),
        ("Republic of China", date(1960, 1, 1), "CHN"),
        ("United Arab Republic", date(1960, 1, 1), "EGY"),
        ("Tanganyika", date(1962, 1, 1), "TZA"),
        ("Federal Republic of Yugoslavia", date(1999, 4, 1), "SCG"),
        ("Yugoslavia", date(1970, 1, 1), "YUG"),
        ("Yugoslavia", date(2000, 10, 31), "YUG"),
        ("Yugoslavia", date(2000, 11, 1), "SCG"),
        ("Yugoslavia", date(2010, 1, 1), None),
        ("Yugoslavia", None, None),
        ("Republic of the Congo", date(1960, 7, 13), "COD"),
        ("Republic of the Congo", date(1962, 1, 1), None),  # both states were called so
        ("Republic of the Congo", date(2020, 1, 1), "COG"),
        ("Congo", date(2020, 1, 1), "COG"),
        ("Zaire", date(1980, 1, 1), "COD"),
        ("Republic of Korea", None, "KOR"),
        ("Korea", date(2004, 1, 1), None),
        ("UN Women", None, "UNWOMEN"),
        ("UN-Women", None, "UNWOMEN"),
        ("Observer State of Palestine", None, "PSE"),
        ("Department for General Assembly and Conference Management", None, "DGACM"),
        ("Atlantis", None, None),
    ],
)
def test_printed_form_resolves(printed: str, on: date | None, code: str | None) -> None:
    assert resolve(printed, on) == code


# --- against real records ---------------------------------------------------------------------


def test_every_code_of_the_general_debate_is_known() -> None:
    with _corpus("ungdc-speakers.csv").open(encoding="utf-8-sig", newline="") as lines:
        codes = {row["ISO Code"].strip() for row in csv.DictReader(lines)}
    unknown = {code for code in codes - COUNTRIES.keys() if resolve(code) is None}
    assert unknown == NOT_A_CODE


def test_every_name_of_the_general_debate_resolves() -> None:
    with _corpus("ungdc-speakers.csv").open(encoding="utf-8-sig", newline="") as lines:
        printed = {
            (row["Country"].strip(), date(int(row["Year"]), 9, 25)) for row in csv.DictReader(lines)
        }
    unknown = {name for name, on in printed if resolve(name, on) is None}
    assert unknown == NOT_ONE_NAME | NOT_SURE


# where code and name of the General Debate's table disagree: code, name -> what the name means
GENERAL_DEBATE_DISAGREES = {
    ("ARE", "United Arab Republic"): "EGY",
    ("AUS", "Austria"): "AUT",
    ("CHE", "Sweden"): "SWE",
    ("NER", "Nigeria"): "NGA",
    ("RUS", "USSR"): "SUN",
    ("RUS", "Union of Socialist Soviet Republics"): "SUN",
    ("RUS", "Union of Sovier Socialist Republics"): "SUN",
    ("RUS", "Union of Soviet Socialist Republics"): "SUN",
    ("SWE", "Swaziland"): "SWZ",
    ("YUG", "Serbia and Montenegro"): "SCG",
    ("YUG", "Yugoslavia"): "SCG",  # 2001 and 2002
}


def test_names_of_the_general_debate_resolve_to_the_code_beside_them() -> None:
    disagreements = {}
    with _corpus("ungdc-speakers.csv").open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            printed, name = row["ISO Code"].strip(), row["Country"].strip()
            code = resolve(name, date(int(row["Year"]), 9, 25))
            if code and printed not in NOT_A_CODE and code != (resolve(printed) or printed):
                disagreements[printed, name] = code
    assert disagreements == GENERAL_DEBATE_DISAGREES


def test_every_country_of_the_security_council_in_2020_resolves() -> None:
    with gzip.open(_corpus("unsc-2020.csv.gz"), "rt", encoding="utf-8", newline="") as lines:
        printed = {row["country"] for row in csv.DictReader(lines)}
    assert {name for name in printed if resolve(name, date(2020, 7, 1)) is None} == UNHELD_BODIES


def test_every_affiliation_of_the_statements_at_hand_resolves() -> None:
    with _corpus("seed-form.tsv").open(encoding="utf-8", newline="") as lines:
        speakers = [row["speaker_line"] for row in csv.DictReader(lines, delimiter="\t")]
    in_parentheses = {note for line in speakers for note in re.findall(r"\(([^()]+)\)", line)}
    affiliations = {
        note for note in in_parentheses if not note.startswith(("spoke in ", "interpretation from"))
    }
    assert len(affiliations) > 80
    assert {name for name in affiliations if resolve(name) is None} == set()
