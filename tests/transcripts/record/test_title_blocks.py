"""Title blocks of statements that delegations distribute."""

import datetime

import pytest

from statements.transcripts import ParagraphKind, ParsedTranscript, read

GENERAL_ASSEMBLY = "General Assembly"
BODY = "Mr. President,\n\nThe weirs stand open and the river is low. We ask for patience.\n"


def statement(title: str, body: str = BODY) -> ParsedTranscript:
    return read("statement.txt", f"{title}\n\n{body}".encode())


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (
            "STATEMENT BY\nH.E. MS. ADJOA TARN\nMINISTER OF WEIRS OF THE REPUBLIC OF CHAD\n\n"
            "AT THE GENERAL DEBATE OF THE 70TH SESSION\nOF THE GENERAL ASSEMBLY\n\n"
            "New York, 23 September 2015",
            ("H.E. MS.", "Adjoa Tarn", "Minister of Weirs", "Chad", "2015-09-23"),
        ),
        (
            "Address by the President of the Republic of Estonia Mart Lund\n"
            "at the 70th United Nations General Assembly\n23 September 2015",
            ("", "Mart Lund", "President", "Estonia", "2015-09-23"),
        ),
        (
            "Check against delivery\n\nStatement by President of the Republic of Finland,\n"
            "Aino Vale, at the General Debate, September 23, 2015",
            ("", "Aino Vale", "President", "Finland", "2015-09-23"),
        ),
        (
            "Statement by the Minister of Foreign Affairs\nof the Republic of San Marino\n"
            "H.E. Luca Riva\n70th Session of the UN General Assembly",
            ("H.E.", "Luca Riva", "Minister of Foreign Affairs", "San Marino", None),
        ),
        (
            "PERMANENT MISSION OF THE REPUBLIC OF CHAD TO THE UNITED NATIONS\n"
            "Statement by Ambassador Idris Tarn, Permanent Representative, 4 October 2015",
            ("Ambassador", "Idris Tarn", "Permanent Representative", "Chad", "2015-10-04"),
        ),
        (
            "Statement by the Permanent Representative of Chad to the United Nations,\n"
            "H.E. Mr. Idris Tarn, Security Council, 3 March 2015",
            ("H.E. Mr.", "Idris Tarn", "Permanent Representative", "Chad", "2015-03-03"),
        ),
        (
            "Address by Her Majesty Queen Sofia of Spain\nRome, Italy, 16 October 2015",
            ("Her Majesty", "Sofia", "Queen", "Spain", "2015-10-16"),
        ),
        (
            "Permanent Mission of Samoa to the United Nations\n"
            "STATEMENT BY THE PRIME MINISTER OF SAMOA, HON SINA TALA: GENERAL DEBATE, NEW YORK",
            ("HON", "Sina Tala", "Prime Minister", "Samoa", None),
        ),
        (
            "Statement by the Minister for Foreign Affairs of the Republic of Indonesia\n"
            "at the General Assembly",
            ("", "", "Minister for Foreign Affairs", "Indonesia", None),
        ),
        ("INDIA\n\nCheck against delivery", ("", "", "", "India", None)),
        (
            "General Debate\n\nH.E. Ms. Adjoa Tarn\nMinister of Weirs of the Republic of Chad\n"
            "New York, 23 September 2015",
            ("H.E. Ms.", "Adjoa Tarn", "Minister of Weirs", "Chad", "2015-09-23"),
        ),
        (
            "Prime Minister Idris Tarnvold\nCheck against delivery\n23.09.2015, New York, 18:00",
            ("", "Idris Tarnvold", "Prime Minister", "", "2015-09-23"),
        ),
        (
            "Bundesministerin Adjoa Tarnvold\nRede\n23.09.2015, New York, 18 Uhr",
            ("", "Adjoa Tarnvold", "Bundesministerin", "", "2015-09-23"),
        ),
        (
            "STATEMENT BY HON. ADJOA TARN, S.C., M.P., MINISTER OF WEIRS OF CHAD\n"
            "ON 2374 SEPTEMBER 2015",
            ("HON.", "Adjoa Tarn", "Minister of Weirs", "Chad", "2015-09-23"),
        ),
    ],
    ids=[
        "by lines",
        "office first",
        "after a comma",
        "honorific last",
        "ambassador",
        "representative first",
        "queen",
        "colon",
        "office",
        "State",
        "not introduced",
        "office and name",
        "office and name in German",
        "degrees and a misread ordinal",
    ],
)
def test_it_says_who_speaks(title: str, expected: tuple[str, str, str, str, str | None]) -> None:
    parsed = statement(title)
    (speech,) = parsed.speeches
    date = expected[4] and datetime.date.fromisoformat(expected[4])
    assert (speech.honorific, speech.speaker, speech.role, speech.affiliation) == expected[:4]
    assert parsed.meeting.date == date
    spoken = [each.text for each in speech.paragraphs if each.kind is ParagraphKind.SPEECH]
    assert spoken[0].startswith("Mr. President,")
    assert "speaker-from-title" in {problem.code for problem in speech.problems}


@pytest.mark.parametrize(
    "title",
    [
        # two States, and no sentence about either of them
        "General Assembly\nChad and Norway",
        # prose before the salutation
        "I thank the General Assembly and Norway for their patience. We shall come again.",
        # no occasion and no introduction
        "Norway\n\nA paper about rivers",
        # the same without "I" or "we"
        "Please allow me to congratulate Ambassador Abara of Chad on her election\n"
        "to the presidency of the General Assembly.",
        # whom the statement addresses
        "Check against delivery\nH.E. Mr. Idris Tarn\nPresident of the General Assembly",
        "Check against delivery\nH.E. Mr. Idris Tarn,\nH.E. Ms. Adjoa Lund,",
        "His Excellency Mr. Idris Tarn,\nPresident of the Tenth United Nations General Assembly\n"
        "His Excellency Mr. Mart Lund,\nSecretary-General of the United Nations",
    ],
    ids=[
        "two States",
        "prose",
        "no title",
        "prose about a State",
        "addressee",
        "addressees",
        "addressees with offices",
    ],
)
def test_what_is_uncertain_names_nobody(title: str) -> None:
    speech = statement(title).speeches[0]
    assert (speech.speaker, speech.affiliation) == ("", "")
    assert "no-speaker" in {problem.code for problem in speech.problems}


def test_a_neighbouring_name_is_another_state() -> None:
    parsed = statement("REPUBLIC OF GUINEA-BISSAU\n\nStatement at the General Debate")
    assert parsed.speeches[0].affiliation == "Guinea-Bissau"
    parsed = statement("Mission permanente\nRépublique démocratique du Congo\nDébat général")
    assert parsed.speeches[0].affiliation == ""


def test_a_speaker_line_needs_no_title() -> None:
    parsed = statement(
        "Statement by Ms. Adjoa Tarn, Minister of Weirs, at the General Debate",
        "Mr. President,\n\nMr. Lund (Norway): The river is low.\n",
    )
    assert parsed.speeches[-1].speaker == "Lund"


@pytest.mark.parametrize(
    ("title", "organ"),
    [
        ("Statement by Ms. Adjoa Tarn\nat the Security Council", "Security Council"),
        (
            "Statement by Mr. Lund, President of the General Assembly,\nat the Security Council",
            "Security Council",
        ),
        ('Statement by Ms. Adjoa Tarn\n70" Session of the UN General Assembly', GENERAL_ASSEMBLY),
        ("Statement by Ms. Adjoa Tarn at UNGA70", GENERAL_ASSEMBLY),
        ("Statement by Ms. Adjoa Tarn\nWIPO General Assembly", ""),
        ("Statement by Ms. Adjoa Tarn\nGeneral Assembly of the League of Weirs", ""),
        ("Statement by Ms. Adjoa Tarn on Security Council reform", ""),
        ("Statement by Ms. Adjoa Tarn\nThird Committee of the General Assembly", ""),
        ("Statement by Ms. Adjoa Tarn to the Security Council and the General Assembly", ""),
    ],
)
def test_a_title_names_the_organ(title: str, organ: str) -> None:
    assert statement(title).meeting.organ == organ


@pytest.mark.parametrize(
    "printed",
    [
        "22-30 September 2015",
        "22 to 30 September 2015",
        "22nd and 23rd September 2015",
        "XX September 2015",
        "September 2015",
        "22 September 2015 and 23 September 2015",
    ],
)
def test_several_days_or_none_are_no_date(printed: str) -> None:
    assert statement(f"Statement by Ms. Adjoa Tarn\nNew York, {printed}").meeting.date is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Weirs and locks\n\nNew York, 23 September 2015\n\nThe river is low.", "2015-09-23"),
        ("SEPTEMBER 23, 2015\n\nTHE PRESIDENT: The river is low.\n\nQ Why?", "2015-09-23"),
        ("The world changed, they say,\nafter 11 September 2001,\nand it is so.", "None"),
        ("On 11 September 2001\nwe were at the weir.", "None"),
        ("23/09/2015\n\nThe river is low.", "None"),
    ],
    ids=["line", "labels", "prose", "clause", "figures"],
)
def test_a_line_of_its_own_states_the_day(text: str, day: str) -> None:
    assert str(read("a.txt", text.encode()).meeting.date) == day


def test_every_word_is_kept() -> None:
    title = "STATEMENT BY H.E. MS. ADJOA TARN, MINISTER OF WEIRS OF CHAD\nNew York, 23 May 2015"
    (speech,) = statement(title).speeches
    words = " ".join(paragraph.text for paragraph in speech.paragraphs).split()
    assert words == f"{title} {BODY}".split()


def test_a_title_without_a_salutation_ends_with_its_date() -> None:
    title = "Statement made by Ms. Adjoa Tarn\nMinister of Weirs of Chad\nNew York, 27/09/2015"
    parsed = statement(title, "When we met last year, few could have known how low it was.\n")
    (speech,) = parsed.speeches
    assert (speech.speaker, speech.affiliation) == ("Adjoa Tarn", "Chad")
    assert parsed.meeting.date == datetime.date(2015, 9, 27)
    assert speech.paragraphs[-1].text.startswith("When we met")


def test_the_place_of_a_conference_is_not_the_state() -> None:
    speech = statement("Statement by Mr. Mart Lund\nBaku, Azerbaijan, 12 November 2015").speeches[0]
    assert (speech.speaker, speech.affiliation) == ("Mart Lund", "")


OTHER_LANGUAGES = {
    "French": (
        "RÉPUBLIQUE DU TCHAD\n\nALLOCUTION DE S.E. Mme ADJOA TARN, MINISTRE DES ÉCLUSES\n"
        "DE LA RÉPUBLIQUE DU TCHAD, À LA 70e SESSION DE L’ASSEMBLÉE GÉNÉRALE\n"
        "New York, le 23 septembre 2015\n\nMonsieur le Président,\n\nLes eaux sont basses.\n",
        ("S.E. Mme", "Adjoa Tarn", "Ministre des Écluses", "Tchad", "2015-09-23"),
    ),
    "French, office first": (
        "Discours du Président de la République du Bénin, Son Excellence M. Idris Tarn\n"
        "au débat général de l’Assemblée générale\n\nExcellences,\n\nLes eaux sont basses.\n",
        ("Son Excellence M.", "Idris Tarn", "Président", "Bénin", None),
    ),
    "French, a king": (
        "Discours de Sa Majesté le Roi Philippe de Belgique\n"
        "70ème session de l’Assemblée générale\n22 septembre 2015\n\n"
        "Mesdames et Messieurs,\n\nLes eaux sont basses.\n",
        ("Sa Majesté", "Philippe", "Roi", "Belgique", "2015-09-22"),
    ),
    "French, representative first": (
        "Déclaration du Représentant permanent du Niger auprès des Nations Unies,\n"
        "S.E. M. Idris Tarn\n\nMonsieur le Président,\n\nLes eaux sont basses.\n",
        ("S.E. M.", "Idris Tarn", "Représentant permanent", "Niger", None),
    ),
    "Arabic, office alone": (
        "كلمة فخامة رئيس المجلس الرئاسي لدولة ليبيا\nأمام الجمعية العامة\n\n"
        "السيد الرئيس،\n\nالمياه منخفضة في النهر.\n",
        ("", "", "رئيس المجلس الرئاسي", "ليبيا", None),
    ),
    "French, office alone": (
        "Discours du Ministre des Affaires étrangères du Bénin à la tribune\n"
        "de l’Assemblée générale\n\nMesdames et Messieurs,\n\nLes eaux sont basses.\n",
        ("", "", "Ministre des Affaires étrangères", "Bénin", None),
    ),
    "Spanish": (
        "INTERVENCIÓN DEL EXCMO. SR. BRUNO RIVA, MINISTRO DE RELACIONES EXTERIORES DE LA\n"
        "REPÚBLICA DE CHILE, EN EL DEBATE GENERAL. Nueva York, 28 de septiembre de 2015.\n\n"
        "Señor Presidente:\n\nLas aguas están bajas.\n",
        (
            "EXCMO. SR.",
            "Bruno Riva",
            "Ministro de Relaciones Exteriores",
            "Chile",
            "2015-09-28",
        ),
    ),
    "Spanish, office first": (
        "Mensaje de la secretaria de Relaciones Exteriores, Alicia Vela Riva,\n"
        "en el Debate General\nNueva York, Estados Unidos, 28 de septiembre de 2015\n\n"
        "Señor presidente:\n\nLas aguas.\n",
        ("", "Alicia Vela Riva", "Secretaria de Relaciones Exteriores", "", "2015-09-28"),
    ),
    "Russian": (
        "ВЫСТУПЛЕНИЕ\nМинистра шлюзов Российской Федерации\nИ.П. Речкова\n"
        "на общеполитической дискуссии, Нью-Йорк, 28 сентября 2015 года\n\n"
        "Уважаемый господин Председатель,\n\nВода низкая, и мы просим терпения.\n",
        ("", "И.П. Речков", "Министр шлюзов", "Российская Федерация", "2015-09-28"),
    ),
    "Arabic": (
        "بيان معالي السيد إدريس تارن، وزير خارجية جمهورية تشاد\n"
        "أمام الجمعية العامة، نيويورك، 23 سبتمبر 2015\n\n"
        "السيد الرئيس،\n\nالمياه منخفضة في النهر.\n",
        ("معالي السيد", "إدريس تارن", "وزير خارجية", "تشاد", "2015-09-23"),
    ),
    "French, not introduced": (
        "Débat général\n\nS.E. M. Idris Tarn\nPrésident de la République du Bénin\n"
        "New York, le 23 septembre 2015\n\nExcellences,\n\nLes eaux sont basses.\n",
        ("S.E. M.", "Idris Tarn", "Président", "Bénin", "2015-09-23"),
    ),
    "Chinese": (
        "挪威常驻联合国代表隆德大使\n在联合国大会一般性辩论上的发言\n（2015年9月23日，纽约）\n\n"
        "主席先生：\n\n水位很低，我们请求耐心。\n",
        ("大使", "隆德", "常驻联合国代表", "挪威", "2015-09-23"),
    ),
}


ORGANS = {
    "French": "General Assembly",
    "French, office first": "General Assembly",
    "Arabic": "General Assembly",
    "Chinese": "General Assembly",
    "Russian": "",
    "Spanish": "",
}


@pytest.mark.parametrize(("language", "organ"), ORGANS.items())
def test_organs_in_other_languages(language: str, organ: str) -> None:
    assert read("statement.txt", OTHER_LANGUAGES[language][0].encode()).meeting.organ == organ


@pytest.mark.parametrize(("text", "expected"), OTHER_LANGUAGES.values(), ids=OTHER_LANGUAGES.keys())
def test_titles_in_other_languages(
    text: str, expected: tuple[str, str, str, str, str | None]
) -> None:
    parsed = read("statement.txt", text.encode())
    (speech,) = parsed.speeches
    date = expected[4] and datetime.date.fromisoformat(expected[4])
    found = (speech.honorific, speech.speaker, speech.role, speech.affiliation)
    assert (*found, parsed.meeting.date) == (*expected[:4], date)
    assert "speaker-from-title" in {problem.code for problem in speech.problems}


@pytest.mark.parametrize(
    "title",
    [
        "Déclaration de Marrakech\nDébat général\n23 septembre 2015",
        "Mensaje de Quito\nDebate general de la Asamblea",
        "Заявление С.П. Речко\nОбщие прения",
        "Débat général\nS.E. M. Idris Tarn\nPrésident de l’Assemblée générale",
    ],
    ids=["a place", "a place in Spanish", "a name that does not show its gender", "addressee"],
)
def test_what_may_be_no_name_names_nobody(title: str) -> None:
    body = "Monsieur le Président,\n\nNous sommes venus par la mer et nous y retournerons.\n"
    assert statement(title, body).speeches[0].speaker == ""
