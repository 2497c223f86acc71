"""Labels that the grammar of speaker lines lacks are learnt from the file that uses them."""

import pytest

from statements.transcripts import ParagraphKind, ParsedTranscript, read
from statements.transcripts.formats.registry import FORMATS_BY_KEY
from statements.transcripts.values.choices import LabelChoices
from statements.transcripts.values.parsed import LabelUse

PRESS = """
Harbour Hall

THE PRESIDENT: Good morning. We have repaired the weir.

Q    Which weir, Mr. President?

THE PRESIDENT: The lower one.

Q When will it open?

ANSWER BOARD SECRETARY HARTE: On Monday.

AUDIENCE: Hurrah!

MODERATOR: One last question.
"""
COURT = """
            THE COURT: Please be seated.
            MR. HARTE: The People call Ida Quill.
            THE CLERK: Raise your right hand.
            THE WITNESS: I do.
        BY MR. HARTE:
        Q.  Where were you that night?
        A.  On the ferry.
        Q.  Which ferry?
        A.  The small one.
            MS. VANE: Objection.
            THE COURT: Overruled.
"""
HEARING = """
    The Chairman. Thank you all for coming. We have two witnesses.
    Mr. Harte. Thank you, Mr. Chairman. I have three points.
    The first one is the weir.
    Senator Quill. How old is the weir?
    Mr. Harte. It is older than the town.
    Senator Quill. And who owns it?
    The Chairman. Nobody knows.
"""
CONGRESS = """
                          THE WEIR ACT

  The PRESIDING OFFICER. The Senator from Maine is recognized.
  Ms. QUILL. Mr. President, the weir is open. I ask unanimous
consent that it be closed.
  Mr. HARTE of Vermont. I object. It
has never been closed.
  Ms. QUILL. I yield the floor.
"""
COUNCIL = """
Present: Mayor Harte, Councilmembers Quill, Vane. Absent: None.

CALL TO ORDER: Mayor Harte called the meeting to order at 7:00 PM.

Councilmember Quill: I move to repair the weir.
Councilmember Vane: Second.
Mayor Harte: All in favor?
"""
INTERVIEW = """
Interviewer: How long have you kept the lock?

Ida Quill: Thirty years, near enough.

Interviewer: Was it always this quiet?

Ida Quill: Never. It was loud with barges.
It is only the rain that keeps them away.
"""
RECOGNIZED = """
[00:00:01] Speaker 1: Good morning, everyone.
[00:01:05] Speaker 2: Good morning.
[00:01:09] Speaker 1: Shall we begin with the weir?
"""
MEETING_SOFTWARE = """
Ida Quill  0:03
Good morning. Shall we begin?

Paul Harte  0:09
Yes, with the weir.

Ida Quill  0:15
The weir is closed.

Paul Harte  0:21
Since Monday.
"""
CAPTIONS = """
>> Good morning, everyone.

>> REPORTER: Is the weir open?

>> MAYOR HARTE: It is open.

>> REPORTER: Since when?

>> Ask the keeper.
"""
PLAY = """
IDA QUILL
The weir is closed. It will open when the rain stops.

PAUL HARTE
When will it stop?

IDA QUILL
Nobody knows.

PAUL HARTE
Then let us go home.
"""
LOK_SABHA = """
SHRI HARTE (Quay): Sir, I rise to ask about the weir.

THE MINISTER OF PORTS (SHRIMATI QUILL): The weir is closed.

MR. DEPUTY SPEAKER: Order, order.

AN HON. MEMBER: Shame!

THE MINISTER OF PORTS (SHRIMATI QUILL): Since Monday, Sir.
"""
PLENARY = """
President. – The sitting is open.

Ida Quill (PPE). – Madam President, the weir is closed.

Paul Harte, rapporteur. – It is open.

Ida Quill (PPE). – It is not.
"""
ASSEMBLÉE = """
M. le président. La parole est à M. Paul Brun.

M. Paul Brun. Le barrage est fermé, monsieur le président.

Mme Ida Quelle, ministre des ports. Il ouvrira demain.

M. Paul Brun. Je vous remercie.

M. le président. La séance est suspendue.
"""
CORTES = """
El señor PRESIDENTE.- Se abre la sesión.

El señor BRAVO PÉREZ.- Señor Presidente, la presa está cerrada.

La señora QUINTANA.- Se abrirá mañana.
"""
CAMERA = """
PRESIDENTE. La seduta è aperta.

ANNA BRUNI. Signor Presidente, la diga è chiusa.

PAOLO QUERCI (PD). È aperta.

PRESIDENTE. Grazie.

ANNA BRUNI. Domani.
"""
BUNDESTAG = """
Präsidentin Dr. Ida Quelle: Ich eröffne die Sitzung.

Karl Weber (SPD): Frau Präsidentin! Das Wehr ist offen.

(Beifall bei der SPD)

Präsidentin Dr. Ida Quelle: Danke.

Karl Weber (SPD): Noch immer.
"""
RIKSDAG = """
Anf. 1 IDA QUILL (S):
Herr talman! Dammen är stängd.

Anf. 2 PAUL HARTE (M):
Herr talman! Den är öppen.

Anf. 3 IDA QUILL (S):
Herr talman! Nej.
"""
CHINESE = """
主席：会议现在开始。

李明：水闸关了。

王芳：它明天开。

主席：谢谢。
"""
RUSSIAN = """
Председатель (говорит по-французски): Слово имеет представитель Норвегии.

Г-н Лунд (Норвегия) (говорит по-английски): Плотина закрыта.

Г-жа Вела (Чили) (говорит по-испански): Она откроется завтра.

Председатель (говорит по-французски): Заседание закрывается.
"""
ARABIC = """
الرئيس: أعطي الكلمة الآن لممثل النرويج.

السيد لوند (النرويج): السد مغلق.

الرئيس: أشكره على بيانه.
"""


def turns(text: str) -> list[tuple[str, str, str, str]]:
    """Return honorific, name, office and first words of each turn."""
    return [
        (
            speech.honorific,
            speech.speaker,
            speech.role,
            speech.paragraphs[0].text if speech.paragraphs else "",
        )
        for speech in read("", text.strip("\n").encode()).speeches
    ]


EXPECTED = {
    "press conference": (
        PRESS,
        [
            ("", "", "", "Harbour Hall"),
            ("", "", "President", "Good morning. We have repaired the weir."),
            ("", "", "", "Which weir, Mr. President?"),
            ("", "", "President", "The lower one."),
            ("", "", "", "When will it open?"),
            ("", "ANSWER BOARD SECRETARY HARTE", "", "On Monday."),
            ("", "", "Moderator", "One last question."),
        ],
    ),
    "court": (
        COURT,
        [
            ("", "", "Court", "Please be seated."),
            ("MR.", "HARTE", "", "The People call Ida Quill."),
            ("", "", "Clerk", "Raise your right hand."),
            ("", "", "Witness", "I do."),
            ("", "", "", "Where were you that night?"),
            ("", "", "", "On the ferry."),
            ("", "", "", "Which ferry?"),
            ("", "", "", "The small one."),
            ("MS.", "VANE", "", "Objection."),
            ("", "", "Court", "Overruled."),
        ],
    ),
    "hearing": (
        HEARING,
        [
            ("", "", "Chairman", "Thank you all for coming. We have two witnesses."),
            (
                "Mr.",
                "Harte",
                "",
                "Thank you, Mr. Chairman. I have three points. The first one is the weir.",
            ),
            ("Senator", "Quill", "", "How old is the weir?"),
            ("Mr.", "Harte", "", "It is older than the town."),
            ("Senator", "Quill", "", "And who owns it?"),
            ("", "", "Chairman", "Nobody knows."),
        ],
    ),
    "congress": (
        CONGRESS,
        [
            ("", "", "", "THE WEIR ACT"),
            ("", "", "Presiding Officer", "The Senator from Maine is recognized."),
            (
                "Ms.",
                "QUILL",
                "",
                "Mr. President, the weir is open. I ask unanimous consent that it be closed.",
            ),
            ("Mr.", "HARTE", "", "I object. It has never been closed."),
            ("Ms.", "QUILL", "", "I yield the floor."),
        ],
    ),
    "council": (
        COUNCIL,
        [
            ("", "", "", "Present: Mayor Harte, Councilmembers Quill, Vane. Absent: None."),
            ("Councilmember", "Quill", "", "I move to repair the weir."),
            ("Councilmember", "Vane", "", "Second."),
            ("Mayor", "Harte", "", "All in favor?"),
        ],
    ),
    "interview": (
        INTERVIEW,
        [
            ("", "", "Interviewer", "How long have you kept the lock?"),
            ("", "Ida Quill", "", "Thirty years, near enough."),
            ("", "", "Interviewer", "Was it always this quiet?"),
            (
                "",
                "Ida Quill",
                "",
                "Never. It was loud with barges. It is only the rain that keeps them away.",
            ),
        ],
    ),
    "speech recognition": (
        RECOGNIZED,
        [
            ("", "", "Speaker 1", "Good morning, everyone."),
            ("", "", "Speaker 2", "Good morning."),
            ("", "", "Speaker 1", "Shall we begin with the weir?"),
        ],
    ),
    "meeting software": (
        MEETING_SOFTWARE,
        [
            ("", "Ida Quill", "", "Good morning. Shall we begin?"),
            ("", "Paul Harte", "", "Yes, with the weir."),
            ("", "Ida Quill", "", "The weir is closed."),
            ("", "Paul Harte", "", "Since Monday."),
        ],
    ),
    "captions": (
        CAPTIONS,
        [
            ("", "", "", ">> Good morning, everyone."),
            ("", "", "Reporter", "Is the weir open?"),
            ("MAYOR", "HARTE", "", "It is open."),
            ("", "", "Reporter", "Since when?"),
            ("", "", "", ">> Ask the keeper."),
        ],
    ),
    "names on lines of their own": (
        PLAY,
        [
            ("", "IDA QUILL", "", "The weir is closed. It will open when the rain stops."),
            ("", "PAUL HARTE", "", "When will it stop?"),
            ("", "IDA QUILL", "", "Nobody knows."),
            ("", "PAUL HARTE", "", "Then let us go home."),
        ],
    ),
    "India": (
        LOK_SABHA,
        [
            ("SHRI", "HARTE", "", "Sir, I rise to ask about the weir."),
            ("SHRIMATI", "QUILL", "Minister of Ports", "The weir is closed."),
            ("", "", "Deputy Speaker", "Order, order."),
            ("SHRIMATI", "QUILL", "Minister of Ports", "Since Monday, Sir."),
        ],
    ),
    "dashes": (
        PLENARY,
        [
            ("", "", "President", "The sitting is open."),
            ("", "Ida Quill", "", "Madam President, the weir is closed."),
            ("", "Paul Harte", "rapporteur", "It is open."),
            ("", "Ida Quill", "", "It is not."),
        ],
    ),
    "French": (
        ASSEMBLÉE,
        [
            ("", "", "Président", "La parole est à M. Paul Brun."),
            ("M.", "Paul Brun", "", "Le barrage est fermé, monsieur le président."),
            ("Mme", "Ida Quelle", "ministre des ports", "Il ouvrira demain."),
            ("M.", "Paul Brun", "", "Je vous remercie."),
            ("", "", "Président", "La séance est suspendue."),
        ],
    ),
    "Spanish": (
        CORTES,
        [
            ("", "", "Presidente", "Se abre la sesión."),
            ("señor", "BRAVO PÉREZ", "", "Señor Presidente, la presa está cerrada."),
            ("señora", "QUINTANA", "", "Se abrirá mañana."),
        ],
    ),
    "Italian": (
        CAMERA,
        [
            ("", "", "Presidente", "La seduta è aperta."),
            ("", "ANNA BRUNI", "", "Signor Presidente, la diga è chiusa."),
            ("", "PAOLO QUERCI", "", "È aperta."),
            ("", "", "Presidente", "Grazie."),
            ("", "ANNA BRUNI", "", "Domani."),
        ],
    ),
    "German": (
        BUNDESTAG,
        [
            ("Präsidentin Dr.", "Ida Quelle", "", "Ich eröffne die Sitzung."),
            ("", "Karl Weber", "", "Frau Präsidentin! Das Wehr ist offen."),
            ("Präsidentin Dr.", "Ida Quelle", "", "Danke."),
            ("", "Karl Weber", "", "Noch immer."),
        ],
    ),
    "Swedish": (
        RIKSDAG,
        [
            ("", "IDA QUILL", "", "Herr talman! Dammen är stängd."),
            ("", "PAUL HARTE", "", "Herr talman! Den är öppen."),
            ("", "IDA QUILL", "", "Herr talman! Nej."),
        ],
    ),
    "Chinese": (
        CHINESE,
        [
            ("", "", "主席", "会议现在开始。"),
            ("", "李明", "", "水闸关了。"),
            ("", "王芳", "", "它明天开。"),
            ("", "", "主席", "谢谢。"),
        ],
    ),
    "Russian": (
        RUSSIAN,
        [
            ("", "", "Председатель", "Слово имеет представитель Норвегии."),
            ("Г-н", "Лунд", "", "Плотина закрыта."),
            ("Г-жа", "Вела", "", "Она откроется завтра."),
            ("", "", "Председатель", "Заседание закрывается."),
        ],
    ),
    "Arabic": (
        ARABIC,
        [
            ("", "", "الرئيس", "أعطي الكلمة الآن لممثل النرويج."),
            ("السيد", "لوند", "", "السد مغلق."),
            ("", "", "الرئيس", "أشكره على بيانه."),
        ],
    ),
}


@pytest.mark.parametrize("kind", EXPECTED)
def test_labels_of_every_kind_begin_turns(kind: str) -> None:
    text, expected = EXPECTED[kind]
    assert turns(text) == expected


def test_a_debate_in_markdown_is_split_like_a_text() -> None:
    source = "---\ntitle: Remarks\n---\n" + INTERVIEW
    parsed = FORMATS_BY_KEY["markdown"].read("", source.encode())
    assert [speech.speaker_line for speech in parsed.speeches] == [
        "Interviewer",
        "Ida Quill",
        "Interviewer",
        "Ida Quill",
    ]


def test_affiliations_and_notes_of_language_are_apart() -> None:
    speeches = read("", RUSSIAN.strip().encode()).speeches
    assert [speech.affiliation for speech in speeches] == ["", "Норвегия", "Чили", ""]
    assert [speech.language for speech in speeches] == ["fr", "en", "es", "fr"]


def test_a_note_in_a_language_without_a_pack_is_no_affiliation() -> None:
    text = BUNDESTAG.replace("Karl Weber (SPD)", "Karl Weber (SPD) (spricht Englisch)")
    speech = read("", text.strip().encode()).speeches[1]
    assert (speech.affiliation, speech.notes) == ("SPD", ("spricht Englisch",))


def test_time_codes_stay_with_their_paragraphs() -> None:
    parsed = read("", RECOGNIZED.strip().encode())
    times = [speech.paragraphs[0].time_s for speech in parsed.speeches]
    assert times == [1.0, 65.0, 69.0]
    assert {dropped.text for dropped in parsed.dropped} == {
        "[00:00:01]",
        "[00:01:05]",
        "[00:01:09]",
    }


def test_two_questions_in_succession_may_be_of_two_people() -> None:
    parsed = read("", b"Q: Is it open?\n\nQ: Since when?\n\nTHE KEEPER: Since noon.")
    assert [speech.speaker_line for speech in parsed.speeches] == ["Q", "Q", "THE KEEPER"]


MARKS = """
Mr. Tarn (Chad): We came by land.

– Ms. Hale (Canada): We came by sea.

10:04 Mr. Rao (India): We flew.

**Ms. Garza (Peru):** We walked.

(12) Mr. Lund (Norway): We swam.

Q7 Ms. Sow (Mali): We rode.

► Ms. Brook (Chile): We ran.

<00:01:12.5 --> 00:01:15> Mr. Ito (Japan): We sailed.

No. 4 Ms. Vela (Spain): We drove.

3.2 – Mr. Abara (Ghana): We climbed.
"""


def test_what_stands_before_a_speaker_line_is_no_part_of_it() -> None:
    parsed = read("", MARKS.strip().encode())
    assert [(speech.speaker, speech.affiliation) for speech in parsed.speeches] == [
        ("Tarn", "Chad"),
        ("Hale", "Canada"),
        ("Rao", "India"),
        ("Garza", "Peru"),
        ("Lund", "Norway"),
        ("Sow", "Mali"),
        ("Brook", "Chile"),
        ("Ito", "Japan"),
        ("Vela", "Spain"),
        ("Abara", "Ghana"),
    ]
    assert [dropped.text for dropped in parsed.dropped] == [
        *("–", "10:04", "**", "(12)", "Q7"),
        *("►", "<00:01:12.5 --> 00:01:15>", "No. 4", "3.2 –"),
    ]
    assert parsed.speeches[7].paragraphs[0].time_s == 72.5
    assert parsed.speeches[3].paragraphs[0].text == "We walked."


def test_numbered_questions_and_bracketed_names_begin_turns() -> None:
    text = "Q1: Is it open?\n\nA1: It is.\n\nQ2: Since when?\n\nA2: Since noon."
    assert [speech.speaker_line for speech in read("", text.encode()).speeches] == [
        *("Q1", "A1", "Q2", "A2")
    ]
    text = "[Ida Quill]: Is it open?\n\n[Paul Harte]: It is.\n\n[Ida Quill]: Since when?"
    assert [speech.speaker for speech in read("", text.encode()).speeches] == [
        *("Ida Quill", "Paul Harte", "Ida Quill")
    ]


def test_a_long_office_is_a_label_with_and_without_its_holder() -> None:
    office = "Minister for Tides, Weirs and Wellbeing"
    text = (
        f"{office} (Ida Quillby): It is open.\n\nPaul Harte: Since when?\n\n"
        f"{office}: Since noon.\n\nPaul Harte: Thank you."
    )
    assert [(speech.speaker, speech.role) for speech in read("", text.encode()).speeches] == [
        ("Ida Quillby", office),
        ("Paul Harte", ""),
        ("", office),
        ("Paul Harte", ""),
    ]


DOUBTFUL = """
Mr. Lund (Harbour South): Will it open?

Mr. Speaker: Order.

Ms. Tarn (Quay): It will.

Erik Vasseur: I was invited.

I came by sea.

Ms. Tarn (Quay): Welcome.
"""


def unread(parsed: ParsedTranscript) -> list[str]:
    return [problem.message for problem in parsed.problems if problem.code == "unread-turns"]


def test_a_doubtful_label_ends_the_speech_before_and_names_nobody() -> None:
    parsed = read("", DOUBTFUL.strip().encode())
    assert [(speech.speaker, speech.unread_label) for speech in parsed.speeches] == [
        ("Lund", ""),
        ("", "Mr. Speaker"),
        ("Tarn", ""),
        ("", "Erik Vasseur"),
        ("Tarn", ""),
    ]
    invited = parsed.speeches[3].paragraphs
    assert [paragraph.text for paragraph in invited] == [
        "Erik Vasseur: I was invited.",
        "I came by sea.",
    ]
    assert [(label.text, label.use, label.count, label.line) for label in parsed.labels] == [
        ("Mr. Speaker", LabelUse.UNREAD, 1, 3),
        ("Erik Vasseur", LabelUse.UNREAD, 1, 7),
    ]
    assert len(unread(parsed)) == 2


def test_a_label_is_reported_once_with_its_turns() -> None:
    text = DOUBTFUL.strip() + "\n\nErik Vasseur: Thank you.\n\nMs. Tarn (Quay): Indeed."
    parsed = read("", text.encode())
    # it recurs between other turns, and so is a speaker
    assert [label.use for label in parsed.labels] == [LabelUse.UNREAD, LabelUse.SPEAKER]
    assert len(unread(parsed)) == 1


STATEMENT = """
Madam President,

We have three tasks before us this year.

Peace: We must end the wars that we have begun.

Climate: We must cool the world that we have heated.

Recommendation: Let us act together.

Goal 14: We protect the seas.

Madam President: I come to my last point.

Excellencies: The world is watching.

Recommendation: Let us act now.

Date: 5 May

Tel: 555 0100

NOTE: Check against delivery.
"""


def test_headings_and_addresses_of_a_statement_are_its_own() -> None:
    parsed = read("", STATEMENT.strip().encode())
    assert len(parsed.speeches) == 1
    assert parsed.labels == ()
    assert unread(parsed) == []


def test_prose_that_begins_with_names_is_no_turn() -> None:
    text = (
        "Mr. Lund (Norway): I quote two people.\n\nThe keeper said: We close.\n\n"
        "Finally, colleagues: Let us go.\n\nPresident Hale, first for you: Will it open?\n\nI end."
    )
    text += "\n\nMs. Tarn (Chad): I thank him."
    assert [speech.speaker for speech in read("", text.encode()).speeches] == ["Lund", "Tarn"]


INTERJECTIONS = """
Mr. Tarn (Chad): We came by land —

Members: Hear, hear!

A voice from the floor: Shame!

— and we shall stay.

Mr. Vela (Peru): We walked.
"""


def test_when_it_ended_is_nobodys_word() -> None:
    text = (
        "2:32 P.M. EST\n\nMS. QUILL: The weir is open.\n\nQ Why?\n\nMS. QUILL: It is 4:58 p.m. now."
        "\n\nQ And?\n\nMS. QUILL: Thanks.\n\nEND 4:58 P.M. EDT\n\n###\n"
    )
    last = read("a.txt", text.encode()).speeches[-1]
    assert [each.text for each in last.paragraphs if each.kind is ParagraphKind.SPEECH] == [
        "Thanks."
    ]


def test_many_at_once_interrupt_a_speech_and_do_not_end_it() -> None:
    parsed = read("", INTERJECTIONS.strip().encode())
    assert [speech.speaker for speech in parsed.speeches] == ["Tarn", "Vela"]
    assert [paragraph.kind for paragraph in parsed.speeches[0].paragraphs] == [
        ParagraphKind.SPEECH,
        ParagraphKind.NARRATIVE,
        ParagraphKind.NARRATIVE,
        ParagraphKind.SPEECH,
    ]


def test_a_chorus_that_goes_on_speaks_under_nobodys_name() -> None:
    text = INTERJECTIONS.replace("Hear, hear!", "Hear, hear!\nWe have all come by land.")
    speeches = read("", text.strip().encode()).speeches
    assert [(speech.speaker, speech.role) for speech in speeches] == [
        ("Tarn", ""),
        ("", "Members"),
        ("Vela", ""),
    ]


def test_choices_go_before_what_is_learnt() -> None:
    choices = LabelChoices.of(accepted=["erik VASSEUR"], rejected=["Mr Speaker"])
    parsed = read("", DOUBTFUL.strip().encode(), choices=choices)
    assert [(speech.speaker, speech.unread_label) for speech in parsed.speeches] == [
        ("Lund", ""),
        ("Tarn", ""),
        ("Erik Vasseur", ""),
        ("Tarn", ""),
    ]
    assert parsed.speeches[0].paragraphs[1].text == "Mr. Speaker: Order."
    assert [label.use for label in parsed.labels] == [LabelUse.TEXT, LabelUse.SPEAKER]
    assert unread(parsed) == []


def test_choices_reach_the_reading_process() -> None:
    choices = LabelChoices.of(accepted=["Erik Vasseur"])
    data = DOUBTFUL.strip().encode()
    here = read("", data, choices=choices)
    assert read("", data, choices=choices, isolated=True) == here
    assert read("", data) != here  # they hold for one file
