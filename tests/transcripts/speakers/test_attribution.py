"""The grammar of speaker lines, case by case. All names are invented."""

from dataclasses import dataclass

import pytest

from statements.transcripts.speakers.attribution import (
    find_damaged_attribution,
    read_attribution,
    read_bold_attribution,
)
from statements.transcripts.speakers.grammar.person_names import split_name


@dataclass(frozen=True)
class Expected:
    honorific: str = ""
    speaker: str = ""
    affiliation: str = ""
    role: str = ""
    language: str = ""
    behalf: str = ""


SPEAKER_LINES = {
    "Mr. Vasseur (France) (via videoconference) (spoke in French):": Expected(
        "Mr.", "Vasseur", "France", language="fr"
    ),
    "Mr. Vasseur (France) (when his name was called):": Expected("Mr.", "Vasseur", "France"),
    "Mr. Vasseur (France), raising a point of order:": Expected("Mr.", "Vasseur", "France"),
    "Mr. Vasseur (France, on a point of order):": Expected("Mr.", "Vasseur", "France"),
    "Ms. Sowden (Mali) (Chair of the Group):": Expected(
        "Ms.", "Sowden", "Mali", "Chair of the Group"
    ),
    "Ms. Sowden (Mali) (16.40):": Expected("Ms.", "Sowden", "Mali"),
    "The Acting President (Ms. Amberley):": Expected("Ms.", "Amberley", role="Acting President"),
    "The HOUSE CHAIRPERSON (Mr J D Tarfield):": Expected(
        "Mr", "J D Tarfield", role="House Chairperson"
    ),
    "The Chair (Sir Mark Lyon, Canada) (spoke in French):": Expected(
        "Sir", "Mark Lyon", "Canada", "Chair", "fr"
    ),
    "The Speaker (Rosamund Tarfieldby):": Expected("", "Rosamund Tarfieldby", role="Speaker"),
    "The President (Norway):": Expected(affiliation="Norway", role="President"),
    "The Ferry Keeper (Norway):": Expected(affiliation="Norway", role="Ferry Keeper"),
    "The Ferry Keeper (Rosamund Tarfieldby):": Expected(
        "", "Rosamund Tarfieldby", role="Ferry Keeper"
    ),
    "The Chair (Green Party):": Expected(affiliation="Green Party", role="Chair"),
    "The Parliamentary Secretary for Tides (Rosamund Tarfieldby):": Expected(
        "", "Rosamund Tarfieldby", role="Parliamentary Secretary for Tides"
    ),
    "Ms. Sowden (Mali) [FR]:": Expected("Ms.", "Sowden", "Mali", language="fr"),
    "Ms. Sowden (Mali) (FR):": Expected("Ms.", "Sowden", "Mali", language="fr"),
    "Ms. Sowden (Mali) [via Zoom] [15:04]:": Expected("Ms.", "Sowden", "Mali"),
    "Ms. Sowden (Mali) [Observer list]:": Expected("Ms.", "Sowden", "Mali"),
    "Ms. Sowden [Mali] (spoke in French):": Expected("Ms.", "Sowden", "Mali", language="fr"),
    "Ms. Sowden [FR]:": Expected("Ms.", "Sowden"),
    "Ms. Sowden [sic] (Mali):": Expected("Ms.", "Sowden", "Mali"),
    "The Ombudsman:": Expected(role="Ombudsman"),
    "The Prime Minister and Minister of Finance:": Expected(
        role="Prime Minister and Minister of Finance"
    ),
    "Mr. ’Otufield (Tonga):": Expected("Mr.", "’Otufield", "Tonga"),
    "Ms. 'Abd al-Tarfi (Oman):": Expected("Ms.", "'Abd al-Tarfi", "Oman"),
    "Mr. ‘t Hartveld (Netherlands):": Expected("Mr.", "‘t Hartveld", "Netherlands"),
    "`Otufield (Tonga):": Expected("", "`Otufield", "Tonga"),
    "Right Honourable Jo Lundby:": Expected("Right Honourable", "Jo Lundby"),
    "The Right Honourable Jo Lundby (Canada):": Expected("Right Honourable", "Jo Lundby", "Canada"),
    "Lieutenant-General Lundby:": Expected("Lieutenant-General", "Lundby"),
    "Lieutenant General Lundby:": Expected("Lieutenant General", "Lundby"),
    "First Deputy Prime Minister Lundby:": Expected("First Deputy Prime Minister", "Lundby"),
    "Special Envoy Lundby:": Expected("Special Envoy", "Lundby"),
    "Prime Minister and Minister of Foreign Affairs Ingrid Lundby (Norway):": Expected(
        "Prime Minister",
        "Ingrid Lundby",
        "Norway",
        "Prime Minister and Minister of Foreign Affairs",
    ),
    "Prime Minister of Norway Lundby:": Expected(
        "Prime Minister", "Lundby", role="Prime Minister of Norway"
    ),
    "Mr. Vasseur (in Cantonese):": Expected("Mr.", "Vasseur", language="yue"),
    "Mr. Vasseur (inlerpretation from French):": Expected("Mr.", "Vasseur", language="fr"),
    "Mr. Vasseur: (FR)": Expected("Mr.", "Vasseur", language="fr"),
    "Mr. Vasseur (France) and Ms. Amberley:": Expected(),
    "Mr. Vasseur and Ms. Amberley, Sir Mark Lyon:": Expected(),
    "Mr. Vasseur (France):": Expected("Mr.", "Vasseur", "France"),
    "Mr. Vasseur (France) (spoke in French):": Expected("Mr.", "Vasseur", "France", language="fr"),
    "Mr. Vasseur (spoke in French) (France):": Expected("Mr.", "Vasseur", "France", language="fr"),
    "Ms. Amberley:": Expected("Ms.", "Amberley"),
    "MR. ORLOV (Union of Soviet Socialist Republics):": Expected(
        "MR.", "ORLOV", "Union of Soviet Socialist Republics"
    ),
    "56. Mr. ANDERS (Denmark):": Expected("Mr.", "ANDERS", "Denmark"),
    "19.\tMr. VELA HOYOS (Colombia) (translated from Spanish):": Expected(
        "Mr.", "VELA HOYOS", "Colombia", language="es"
    ),
    "Mr. AL-TARIFI (Palestine) (interpretation from Arabic):": Expected(
        "Mr.", "AL-TARIFI", "Palestine", language="ar"
    ),
    "Mr. Tarifi (Palestine) (interpretationfrom Arabic):": Expected(
        "Mr.", "Tarifi", "Palestine", language="ar"
    ),
    "Mr. Tarifi (Palestine) (interpretation fron Arabic):": Expected(
        "Mr.", "Tarifi", "Palestine", language="ar"
    ),
    "Mr. Tarifi (Iraq) (spoke inArabic):": Expected("Mr.", "Tarifi", "Iraq", language="ar"),
    "Ms. Orlova (Belarus) (spoke in Rus- sian):": Expected(
        "Ms.", "Orlova", "Belarus", language="ru"
    ),
    "Mr. Ilić (Serbia) (spoke in Serbian; English text provided by the delegation):": Expected(
        "Mr.", "Ilić", "Serbia", language="sr"
    ),
    "President Zamora (spoke in Spanish via telephone):": Expected(
        "President", "Zamora", language="es"
    ),
    "The President:": Expected(role="President"),
    "The PRESIDENT (interpretation from Spanish):": Expected(role="President", language="es"),
    "THE PRESIDENT:": Expected(role="President"),
    "The PRESIDENT;": None,
    "The Acting President:": Expected(role="Acting President"),
    "The Temporary President (spoke in French):": Expected(
        role="Temporary President", language="fr"
    ),
    "The Vice-President:": Expected(role="Vice-President"),
    "The Secretary-General:": Expected(role="Secretary-General"),
    "The Deputy Secretary-General:": Expected(role="Deputy Secretary-General"),
    "The Chairperson:": Expected(role="Chairperson"),
    "The President of the General Assembly:": Expected(role="President of the General Assembly"),
    "Mr. President (spoke in French):": Expected(role="President", language="fr"),
    "President Chirwa-Banda:": Expected("President", "Chirwa-Banda"),
    "Prime Minister Rasool (Pakistan):": Expected("Prime Minister", "Rasool", "Pakistan"),
    "King Leopold-Magnus (spoke in French):": Expected("King", "Leopold-Magnus", language="fr"),
    "Crown Prince Idris:": Expected("Crown Prince", "Idris"),
    "Sir Mark Lyon Hallam (United Kingdom):": Expected("Sir", "Mark Lyon Hallam", "United Kingdom"),
    "Dame Judith Penhallow:": Expected("Dame", "Judith Penhallow"),
    "Judge Mertens (spoke in French):": Expected("Judge", "Mertens", language="fr"),
    "Monsignor Fabbri (Holy See):": Expected("Monsignor", "Fabbri", "Holy See"),
    "Archbishop Auzet (Holy See):": Expected("Archbishop", "Auzet", "Holy See"),
    "Dato Lim Seng Poh:": Expected("Dato", "Lim Seng Poh"),
    "Lord Ashgrove:": Expected("Lord", "Ashgrove"),
    "Baroness Gardiner of Wick:": Expected("Baroness", "Gardiner of Wick"),
    "The Earl of Listerby:": Expected("", "The Earl of Listerby"),
    "The Lord Bishop of Wenlow and Marsh:": Expected("", "The Lord Bishop of Wenlow and Marsh"),
    "General Brandt:": Expected("General", "Brandt"),
    "Lieutenant General Brandt:": Expected("Lieutenant General", "Brandt"),
    "Sheikh Hamad bin Khalid Al-Tamir (Qatar):": Expected(
        "Sheikh", "Hamad bin Khalid Al-Tamir", "Qatar"
    ),
    "Mrs. de AMARAL (Sao Tome and Principe):": Expected(
        "Mrs.", "de AMARAL", "Sao Tome and Principe"
    ),
    "Mr. d’Aubigny (Mauritius):": Expected("Mr.", "d’Aubigny", "Mauritius"),
    "Mr. N’Diaye-Sow (Senegal):": Expected("Mr.", "N’Diaye-Sow", "Senegal"),
    "Mr . MBONDO IRA (Burundi):": Expected("Mr.", "MBONDO IRA", "Burundi"),
    "Ms. Rahimi (Iran (Islamic Republic of)):": Expected(
        "Ms.", "Rahimi", "Iran (Islamic Republic of)"
    ),
    "Ms. Tillwater (Department for Ferries and Locks):": Expected(
        "Ms.", "Tillwater", "Department for Ferries and Locks"
    ),
    "Mr. Koffi (C6te d'Ivoire) (spoke in French):": Expected(
        "Mr.", "Koffi", "C6te d'Ivoire", language="fr"
    ),
    "Ms. Sand (Sweden, on behalf of the Lake States):": Expected(
        "Ms.", "Sand", "Sweden", behalf="the Lake States"
    ),
    "Mr. Lund (Norway), Rapporteur of the First Committee:": Expected(
        "Mr.", "Lund", "Norway", role="Rapporteur of the First Committee"
    ),
    "Mr. Lund (Norway) (on behalf of the Fjord States):": Expected(
        "Mr.", "Lund", "Norway", behalf="the Fjord States"
    ),
    "Mr. Lund (Norway), speaking on behalf of the Fjord States:": Expected(
        "Mr.", "Lund", "Norway", behalf="the Fjord States"
    ),
    "Mr. Lund (Norway) (spoke in French), on behalf of the Fjord States:": Expected(
        "Mr.", "Lund", "Norway", language="fr", behalf="the Fjord States"
    ),
    "Mr. Lund (Norway) [spoke in French]:": Expected("Mr.", "Lund", "Norway", language="fr"),
    "Mr. Lund (Norway, spoke in French):": Expected("Mr.", "Lund", "Norway", language="fr"),
    "Mr. Ambassador (Norway):": Expected("Mr.", "Ambassador", "Norway"),
    "Mr. Bishop:": Expected("Mr.", "Bishop"),
    "Ms. Pope:": Expected("Ms.", "Pope"),
    "Mr. Judge (spoke in French):": Expected("Mr.", "Judge", language="fr"),
    "Ms. Abara, Chair of the Committee on Waters:": Expected(
        "Ms.", "Abara", role="Chair of the Committee on Waters"
    ),
    "Mr. AABERG (Denmark);": Expected("Mr.", "AABERG", "Denmark"),
    "Mr. ARDEN (United States of America) :": Expected("Mr.", "ARDEN", "United States of America"),
    "Zeynaba (spoke in French):": Expected("", "Zeynaba", language="fr"),
    "Tran Khai Minh (Viet Nam):": Expected("", "Tran Khai Minh", "Viet Nam"),
    "Karim FAWWAZ Bey (Egypte) (traduit de l'anglais):": Expected(
        "", "Karim FAWWAZ Bey", "Egypte", language="en"
    ),
}

PROSE = [
    "The old English gardener, Tobias Merrow, began his almanac thus: dig first.",
    "Mr. Merrow wrote in another place: dig first.",
    "Mr. Merrow, mark these words: dig first.",
    "President Zamora has said: dig first.",
    "The President went on to ask: who digs?",
    "The President of the Republic and leader of the movement said the following: dig.",
    "Mr. President: allow me to begin.",
    "Mr Secretary-General: allow me to begin.",
    "Madam President: allow me to begin.",
    "Mr. Ambassador: allow me to begin.",
    "Mr. Vice-President: allow me to begin.",
    "Mr. Foreign Minister: allow me to begin.",
    "Mr. Deputy Prime Minister: allow me to begin.",
    "Mr. Under-Secretary-General: allow me to begin.",
    "Ms. Special Representative: allow me to begin.",
    "Mr. Lund (Norway) had two wishes. The first: bread.",
    "Mr. Lund (Norway) on behalf of many. He said: bread.",
    "Excellencies: welcome.",
    "Dear colleagues: welcome.",
    "Ladies and Gentlemen: welcome.",
    "General Assembly: the hall is cold.",
    "General Agreement: text.",
    "Major Groups: text.",
    "Grand Total: nine.",
    "Right to Food: text.",
    "Sister Cities: text.",
    "African Union (AU): its members met.",
    "Security Council resolution 1325 (2000): it says enough.",
    "We have three wishes: bread, salt and rain.",
    "At 10:20 the meeting was called to order.",
    "First: the well. Second: the rope.",
    "Mr. Merrow (see page 4) has asked: who digs?",
    "In favour: Angola, Chad.",
    "Number of ballot papers: 15",
    "Mr. Merrow has the floor.",
    "President: Mr. Wei (China)",
    "",
    ":",
    "():",
    "Mr.:",
    "Mr. ():",
    "(spoke in French)",
]


@pytest.mark.parametrize(("line", "expected"), SPEAKER_LINES.items(), ids=SPEAKER_LINES.keys())
def test_speaker_line_is_split_into_its_parts(line: str, expected: Expected | None) -> None:
    attribution = read_attribution(f"{line} I should like to begin.")
    if expected is None:
        assert attribution is None
        return
    assert attribution is not None
    assert expected == Expected(
        attribution.honorific,
        attribution.speaker,
        attribution.affiliation,
        attribution.role,
        attribution.language,
        attribution.on_behalf_of,
    )
    assert f"{line} I should like to begin."[attribution.end :].strip() == "I should like to begin."


@pytest.mark.parametrize("line", PROSE)
def test_prose_with_a_colon_is_no_speaker_line(line: str) -> None:
    assert read_attribution(line) is None


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("Mr. Lund (Norway) - we thank you.", "Mr. Lund (Norway)"),
        ("Mr. Lund (Norway). We thank you.", "Mr. Lund (Norway)"),
        ("Mr. Lund (Norway) We thank you.", "Mr. Lund (Norway)"),
        ("Mr. Lund (spoke in French). we thank you.", "Mr. Lund (spoke in French)"),
        ("Mr. Lund (Norway (spoke in French): we thank", "Mr. Lund (Norway (spoke in French)"),
        ("12. Mr. LUND (Norway) (spoke in French). We", "Mr. LUND (Norway) (spoke in French)"),
        ("Mr. Lund (Norway) said that it rains.", ""),
        ("Mr. Lund (see page 4). We thank you.", ""),
        ("The ferry (Norway). We thank you.", ""),
        ("Mr. Lund wrote of the ferry (Norway). We thank you.", ""),
        ("Mr. Lund", ""),
        ("", ""),
    ],
)
def test_damaged_speaker_line_is_seen(text: str, start: str) -> None:
    assert find_damaged_attribution(text) == start


def test_language_on_no_list_is_a_doubt_and_not_a_guess() -> None:
    attribution = read_attribution("Ms. Ruiz (Spain) (spoke in Spain): the note is a slip.")
    assert attribution is not None
    assert (attribution.language, attribution.language_printed, attribution.doubts) == (
        "",
        "spoke in Spain",
        ("unknown-language",),
    )


def test_words_inside_a_note_go_to_the_speech() -> None:
    attribution = read_attribution(
        "The President (spoke I thank her for her maps. in French): I now"
    )
    assert attribution is not None
    assert attribution.displaced == "I thank her for her maps."
    assert attribution.printed == "The President (spoke in French)"


def test_printed_line_is_kept_whole() -> None:
    attribution = read_attribution("Mr. Vasseur\n(France) (spoke in\nFrench): text")
    assert attribution is not None
    assert attribution.printed == "Mr. Vasseur (France) (spoke in French)"


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Mr. Wei Anming", ("Mr.", "Wei Anming")),
        ("Sir Mark Hallam", ("Sir", "Mark Hallam")),
        ("Mrs. Del Río", ("Mrs.", "Del Río")),
        ("Ashby", ("", "Ashby")),
        ("", ("", "")),
    ],
)
def test_name_without_a_colon_is_split(printed: str, expected: tuple[str, str]) -> None:
    assert split_name(printed) == expected


@pytest.mark.parametrize(
    "text",
    [
        "President Amberley: we thank you.",
        "Mr. Vasseur: where is the key?",
        "Special Thanks: we owe them.",
        "Mr. Vasseur and the others: we thank you.",
    ],
)
def test_what_goes_on_in_lower_case_is_an_address(text: str) -> None:
    assert read_attribution(text) is None


@pytest.mark.parametrize(
    "text",
    ["Mr. Vasseur (France): we thank you.", "The President: l thank you.", "Ms. Ito: eSwatini is."],
)
def test_a_misread_capital_is_no_address(text: str) -> None:
    assert read_attribution(text) is not None


def test_a_note_is_kept_as_a_note() -> None:
    attribution = read_attribution("Mr. Vasseur (France) (by telephone) (15:05): Yes.")
    assert attribution is not None
    assert attribution.notes == ("by telephone", "15:05")


@pytest.mark.parametrize(
    "text",
    ["Note: The weir was built in 1901.", "First: we must act.", "Odile Rill: we thank you."],
)
def test_bold_words_that_are_no_name_are_not_a_speaker_line(text: str) -> None:
    assert read_bold_attribution(text) is None


@pytest.mark.parametrize(
    "text", ["Odile Rill: We thank you.", "Young (Canada): I thank you.", "Ms. Young: we close."]
)
def test_bold_names_are_speaker_lines(text: str) -> None:
    assert read_bold_attribution(text) is not None


@pytest.mark.parametrize("text", ["Q7 Ms. Sow (Mali): We rode.", "B12 Lund (Norway): We swam."])
def test_the_number_of_a_question_is_no_part_of_a_name(text: str) -> None:
    assert read_attribution(text) is None
