"""Files of every form, read by the command and by uploads, into the database and onto pages."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from support import same_debate
from support.documents import docx, epub, odt, xlsx
from support.html import without_sentences
from support.uploads import file_of, hand_in

from statements.models import Paragraph, Speech, Transcript

pytestmark = pytest.mark.django_db


def past(text: str) -> str:
    """The text with a date that has been; files with one that is to come are kept for review."""
    return text.replace("2031", "2021")


FILES = {
    "debate.vtt": past(same_debate.WEBVTT).encode(),
    "debate.srt": past(same_debate.SUBRIP).encode(),
    "whisper.json": past(same_debate.SEGMENTS).encode(),
    "session.json": past(same_debate.PARLIAMENT_TV).encode(),
    "debate.docx": docx(same_debate.DOCX_BODY, same_debate.DOCX_STYLES),
    "debate.odt": odt(same_debate.ODT_BODY),
    "debate.rtf": same_debate.RTF.encode(),
    "debate.epub": epub(same_debate.EPUB_PAGES),
    "table.xlsx": xlsx({"Debate": [[past(str(cell)) for cell in row] for row in same_debate.ROWS]}),
}
TIMED = {"debate.vtt", "debate.srt", "whisper.json", "session.json"}
WORDS = "The tern is low."


@pytest.mark.usefixtures("new_interpreters")
@pytest.mark.parametrize("name", FILES)
def test_a_folder_is_read_and_shown(client: Client, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name])
    # a table in a folder describes the other files, so it is named itself
    source = path if name.endswith(".xlsx") else tmp_path
    call_command("ingest_transcripts", str(source), stdout=StringIO(), stderr=StringIO())
    assert list(Speech.objects.order_by("position").values_list("speaker_printed", flat=True)) == [
        "Odile Rill",
        "Jon Weir",
    ]
    paragraph = Paragraph.objects.get(text=WORDS)
    assert paragraph.time_s == (1 if name in TIMED else None)
    page = without_sentences(client.get(paragraph.speech.get_absolute_url()).content.decode())
    assert (f'data-time="0:01">{WORDS}' if name in TIMED else f"<p>{WORDS}") in page


@pytest.mark.parametrize("name", FILES)
def test_an_upload_is_read_and_previewed(archivist: Client, name: str) -> None:
    answer = hand_in(archivist, [file_of(FILES[name], name)])
    assert Transcript.objects.get().state == Transcript.State.RECEIVED
    page = archivist.get(answer.headers["Location"]).content.decode()
    assert WORDS in page
    assert ("0:01" in page) == (name in TIMED)
