"""Speaker lines in French, Spanish, Russian, Chinese and Arabic."""

import pytest

from statements.transcripts.speakers.attribution import read_attribution
from statements.transcripts.speakers.chair import CHAIR_MENTIONS, Chair, changes_chair
from statements.transcripts.values.parsed import ParsedPresident


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Mme Vela Hoyos (Chili) (parle en espagnol) : Nous",
            ("Mme", "Vela Hoyos", "Chili", "", "es"),
        ),
        (
            "M. d’Escoto Brockmann (Nicaragua) : Nous",
            ("M.", "d’Escoto Brockmann", "Nicaragua", "", ""),
        ),
        ("Le Président : Nous", ("", "", "", "Président", "")),
        (
            "La Secrétaire générale adjointe (parle en anglais) : Je",
            ("", "", "", "Secrétaire générale adjointe", "en"),
        ),
        ("Le Président (M. Lund) : Oui", ("M.", "Lund", "", "Président", "")),
        (
            "L’Observatrice de la Palestine (parle en arabe) : Oui",
            ("", "", "", "Observatrice de la Palestine", "ar"),
        ),
        (
            "M. Lund (Norvège), Rapporteur de la Première Commission : Oui",
            ("M.", "Lund", "Norvège", "Rapporteur de la Première Commission", ""),
        ),
        ("Sr. Lund (Noruega) (habla en inglés): Gracias", ("Sr.", "Lund", "Noruega", "", "en")),
        ("Sra. de la Fuente (México): Señor", ("Sra.", "de la Fuente", "México", "", "")),
        ("El Presidente (habla en inglés): Doy", ("", "", "", "Presidente", "en")),
        ("La Presidenta: Doy", ("", "", "", "Presidenta", "")),
        (
            "Г-н Лунд (Норвегия) (говорит по-английски): Паром",
            ("Г-н", "Лунд", "Норвегия", "", "en"),
        ),
        (
            "Г-н аль-Масри (Сирийская Арабская Республика): Мы",
            ("Г-н", "аль-Масри", "Сирийская Арабская Республика", "", ""),
        ),
        ("Председатель: Я", ("", "", "", "Председатель", "")),
        (
            "Генеральный секретарь (говорит по-английски): Я",
            ("", "", "", "Генеральный секретарь", "en"),
        ),
        ("Председатель (г-н Лунд): Да", ("Г-н", "Лунд", "", "Председатель", "")),
        ("隆德先生（挪威）（以英语发言）：渡轮", ("先生", "隆德", "挪威", "", "en")),
        (
            "贝拉·奥约斯女士（智利）（以西班牙语发言）：我们",
            ("女士", "贝拉·奥约斯", "智利", "", "es"),
        ),
        ("主席（以法语发言）：我", ("", "", "", "主席", "fr")),
        ("主席：我", ("", "", "", "主席", "")),
        ("秘书长（以英语发言）：我", ("", "", "", "秘书长", "en")),
        ("السيد لوند (النرويج) (تكلم بالإنكليزية): تغادر", ("السيد", "لوند", "النرويج", "", "en")),
        (
            "السيد عبد الله بن علي (المملكة العربية السعودية): شكرا",
            ("السيد", "عبد الله بن علي", "المملكة العربية السعودية", "", ""),
        ),
        ("الرئيسة (تكلمت بالفرنسية): أعطي", ("", "", "", "الرئيسة", "fr")),
        ("الأمين العام (تكلم بالإنكليزية): أشكر", ("", "", "", "الأمين العام", "en")),
    ],
)
def test_a_speaker_line_has_its_parts(text: str, expected: tuple[str, ...]) -> None:
    attribution = read_attribution(text)
    assert attribution is not None
    assert (
        attribution.honorific,
        attribution.speaker,
        attribution.affiliation,
        attribution.role,
        attribution.language,
    ) == expected
    colon = text.index("：") if "：" in text else text.index(":")
    assert attribution.printed == text[:colon].strip()
    assert attribution.end == colon + 1


@pytest.mark.parametrize(
    "text",
    [
        "Monsieur le Président : nous",
        "M. le Président : Nous",
        "La paix : un but",
        "Sr. Presidente: Permítame",
        "Señora Presidenta: Permítame",
        "Г-н Председатель: Мы",
        "Мир: это",
        "主席先生：我们",
        "和平：这是",
        "我们的目标是：和平",
        "السيد الرئيس: نشكر",
        "هدفنا واضح: السلام",
    ],
)
def test_an_address_or_prose_is_no_speaker_line(text: str) -> None:
    assert read_attribution(text) is None


def test_the_english_article_belongs_to_no_other_language() -> None:
    attribution = read_attribution("The President (spoke in French): We begin.")
    assert attribution is not None
    assert attribution.role == "President"


@pytest.mark.parametrize(
    ("sentence", "holder"),
    [
        ("Mme Abara (Tchad), Vice-Présidente, assume la présidence.", ("Mme", "Abara")),
        ("La Sra. Abara (Chad), Vicepresidenta, ocupa la Presidencia.", ("Sra.", "Abara")),
        (
            "Место Председателя занимает заместитель Председателя г-жа Абара (Чад).",
            ("Г-жа", "Абара"),
        ),
        ("副主席阿巴拉女士（乍得）主持会议。", ("女士", "阿巴拉")),
        ("تولت السيدة أبارا (تشاد)، نائبة الرئيس، الرئاسة.", ("السيدة", "أبارا")),
    ],
)
def test_the_chair_changes_hands(sentence: str, holder: tuple[str, str]) -> None:
    assert changes_chair(sentence)
    assert any(words.casefold() in sentence.casefold() for words in CHAIR_MENTIONS)
    chair = Chair([ParsedPresident("Vasseur", "M.", "France")])
    chair.follow([sentence])
    assert chair.holder is not None
    assert (chair.holder.honorific, chair.holder.name) == holder


def test_the_first_president_returns() -> None:
    chair = Chair([ParsedPresident("Vasseur", "M.", "France")])
    chair.follow(["Mme Abara (Tchad), Vice-Présidente, assume la présidence."])
    chair.follow(["Le Président reprend la présidence."])
    assert chair.is_first
