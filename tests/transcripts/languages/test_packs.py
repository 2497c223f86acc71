"""The data of the language packs is complete and can be used."""

import re
from dataclasses import asdict
from datetime import date

import pytest

from statements.transcripts.languages.label_words import fold_label
from statements.transcripts.languages.names import fold
from statements.transcripts.languages.notes import read_language_note
from statements.transcripts.languages.pack import (
    ENGLISH,
    OTHERS,
    PACKS,
    LanguagePack,
    folded_pattern,
    read_section,
    script_of,
)
from statements.transcripts.languages.pack_sections import Offices
from statements.transcripts.languages.states import code_of_state, is_state
from statements.transcripts.record.narrative import find_opening, is_narrative
from statements.transcripts.record.vote_lists import Ballot, read_votes

every_pack = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
every_other_pack = pytest.mark.parametrize("pack", OTHERS, ids=lambda pack: pack.name)


@every_pack
def test_a_pack_leaves_nothing_out(pack: LanguagePack) -> None:
    optional = {"after", "particles", "article", "bare", "printed", "chair", "result", "subject"}
    optional |= {"spoken", "resolution", "organs", "needs_article", "of", "before"}
    optional |= {
        "mission",
        "form_of_state",
        "own_state",
        "portfolios",
        "name_endings",
        "state_endings",
    }
    optional |= {"office_forms", "office_adjectives", "speaker"}
    english_only = {"common_words", "state_titles", "name_like", "modifiers", "office_words"}
    english_only |= {"address_words", "plain"}
    labels = {"articles", "titles", "offices", "notes"}  # only what other sections lack
    for section, values in asdict(pack).items():
        if not isinstance(values, dict) or section == "states":
            assert values, section
            continue
        if pack is ENGLISH and section in {"title_block", "behalf", "invitations"}:
            continue  # it has a grammar of its own
        empty = {key for key, value in values.items() if not value}
        assert empty <= (labels if section == "labels" else optional | english_only), section
    assert len(pack.first_page.months) == 12
    assert len(pack.first_page.weekdays) == 7


@every_pack
def test_labels_do_not_repeat_titles_and_offices(pack: LanguagePack) -> None:
    names = pack.offices.names
    is_english = pack is ENGLISH
    office = re.compile(names.replace("\n", ""), re.I) if is_english else folded_pattern(names)
    assert [label for label in pack.labels.offices if office.fullmatch(fold(label))] == []
    titles = {fold_label(title) for title in pack.titles.before | pack.titles.state_titles}
    assert titles.isdisjoint(map(fold_label, pack.labels.titles))


@every_other_pack
def test_the_states_of_every_pack_have_names(pack: LanguagePack) -> None:
    members = {"AFG", "CHL", "CHN", "FRA", "IRN", "NOR", "PRK", "RUS", "TCD", "USA", "ZWE"}
    assert members <= pack.states.keys()
    for names in pack.states.values():
        assert all(name == name.strip() and is_state(name) for name in names)


@every_other_pack
def test_each_pack_is_written_in_its_script(pack: LanguagePack) -> None:
    for words in (pack.common_words, pack.titles.never_names):
        assert {script_of(word) for word in words} == {pack.script}


@every_other_pack
def test_patterns_compile_and_read_dates_of_their_months(pack: LanguagePack) -> None:
    for pattern in (pack.offices.names, pack.stage_notes, pack.narrative.spoken):
        folded_pattern(pattern)
    page = pack.first_page
    day = date(2031, 5, 6)
    month, weekday = page.months[4].split("/")[0], page.weekdays[day.weekday()]
    printed = {
        "fr": f"{weekday} 6 {month} 2031, à 10 heures",
        "es": f"{weekday} 6 de {month} de 2031, a las 10.00 horas",
        "ru": f"{weekday}, 6 {month} 2031 года, 10 ч. 00 м.",
        "zh": f"2031年{month}月6日{weekday}上午10时",
        "ar": f"{weekday}، ٦ أيار/{month} ٢٠٣١، الساعة ١٠/٠٠",
    }[pack.code]
    match = re.fullmatch(page.date, printed)
    assert match is not None
    assert (int(match["year"]), int(match["day"])) == (2031, 6)


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValueError, match="needs_artikel"):
        read_section(Offices, {"names": "president", "needs_artikel": True})


@pytest.mark.parametrize(
    ("printed", "codes"),
    [
        ("parle en anglais", ("en",)),
        ("parle en anglais et en français", ("en", "fr")),
        ("interprétation de l’arabe", ("ar",)),
        ("habla en inglés", ("en",)),
        ("interpretación del chino", ("zh",)),
        ("говорит по-испански", ("es",)),
        ("以西班牙语发言", ("es",)),
        ("تكلمت بالإنكليزية", ("en",)),
        ("parle en klingon", ()),
    ],
)
def test_language_notes(printed: str, codes: tuple[str, ...]) -> None:
    note = read_language_note(printed)
    assert note is not None
    assert note.codes == codes


@pytest.mark.parametrize("printed", ["en el mar", "Norvège", "Норвегия", "挪威", "النرويج"])
def test_other_parentheses_are_no_language_notes(printed: str) -> None:
    assert read_language_note(printed) is None


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("Norvège", "NOR"),
        ("IRAN (RÉPUBLIQUE ISLAMIQUE D’)", "IRN"),
        ("República Árabe Siria", "SYR"),
        ("Российская Федерация", "RUS"),
        ("大韩民国", "KOR"),
        ("الولايات المتحدة الأمريكية", "USA"),
        ("Norway", ""),
    ],
)
def test_codes_of_states(printed: str, code: str) -> None:
    assert code_of_state(printed) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The meeting was called to order at 3 p.m.", ENGLISH.code),
        ("La séance est ouverte à 15 h 5.", "fr"),
        ("Se abre la sesión a las 15.05 horas.", "es"),
        ("Заседание открывается в 15 ч. 05 м.", "ru"),
        ("下午3时05分开会。", "zh"),
        ("افتُتحت الجلسة الساعة ١٥/٠٥.", "ar"),
    ],
)
def test_openings(text: str, code: str) -> None:
    opening = find_opening(text)
    assert opening is not None
    assert opening.code == code
    assert is_narrative(text)


@pytest.mark.parametrize(
    "text",
    [
        "L’ordre du jour est adopté.",
        "Il en est ainsi décidé.",
        "Par 12 voix contre zéro, avec 3 abstentions, le projet de résolution est adopté.",
        "Mme Vela (Chili), Vice-Présidente, assume la présidence.",
        "(Applaudissements)",
        "Queda aprobado el orden del día.",
        "Así queda acordado.",
        "Se levanta la sesión a las 17.20 horas.",
        "Решение принимается.",
        "Повестка дня утверждается.",
        "Проводится голосование поднятием руки.",
        "议程通过。",
        "就这样决定。",
        "进行了记录表决。",
        "下午5时20分散会。",
        "（掌声）",
        "أُقر جدول الأعمال.",
        "تقرر ذلك.",
        "رفعت الجلسة الساعة ١٧/٢٠.",
    ],
)
def test_narrative(text: str) -> None:
    assert is_narrative(text)


@pytest.mark.parametrize(
    "text",
    [
        "La séance que nous avons ouverte hier reste dans nos mémoires.",
        "Je remercie le représentant de la Norvège de sa déclaration.",
        "Doy las gracias al representante de Noruega por su declaración.",
        "Я благодарю представителя Норвегии за его заявление.",
        "我感谢挪威代表的发言。",
        "أشكر ممثل النرويج على بيانه.",
        "（我感谢各位）",
    ],
)
def test_speech_is_no_narrative(text: str) -> None:
    assert not is_narrative(text)


@pytest.mark.parametrize(
    ("text", "ballots", "delegations"),
    [
        (
            "Votent pour : Chili, Norvège, Tchad Votent contre : Néant S’abstiennent : Chine",
            [Ballot.IN_FAVOUR, Ballot.AGAINST, Ballot.ABSTAINING],
            [("Chili", "Norvège", "Tchad"), (), ("Chine",)],
        ),
        (
            "Votos a favor: Chile, Noruega Votos en contra: Ninguno",
            [Ballot.IN_FAVOUR, Ballot.AGAINST],
            [("Chile", "Noruega"), ()],
        ),
        ("Голосовали за: Норвегия, Чили, Чад", [Ballot.IN_FAVOUR], [("Норвегия", "Чили", "Чад")]),
        (
            "赞成：智利、挪威、乍得。反对：无",
            [Ballot.IN_FAVOUR, Ballot.AGAINST],
            [("智利", "挪威", "乍得"), ()],
        ),
        ("المؤيدون: شيلي، النرويج، تشاد", [Ballot.IN_FAVOUR], [("شيلي", "النرويج", "تشاد")]),
    ],
)
def test_vote_lists(text: str, ballots: list[Ballot], delegations: list[tuple[str, ...]]) -> None:
    votes = read_votes(text)
    assert [vote.ballot for vote in votes] == ballots
    assert [vote.delegations for vote in votes] == delegations
