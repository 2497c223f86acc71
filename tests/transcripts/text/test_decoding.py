"""Encodings are decoded if they are certain; the user is asked for others; other files are
refused."""

import struct
import zlib

import pytest

from statements.transcripts import UnreadableTranscript, read
from statements.transcripts.text.decoding import LARGEST_FILE, decode

TEXT = "Ms. Sørensen (Denmark): The café’s ferry — the “late” one — is late.\n"

# too small to be a scan
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 32, 32) + zlib.compress(bytes(2000))


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-32"), "utf-32"),
    ],
    ids=["utf-8", "bom", "utf-16", "utf-16-be", "bare-le", "bare-be", "utf-32"],
)
def test_sure_encodings_give_the_same_text(data: bytes, encoding: str) -> None:
    decoded = decode(data)
    assert (decoded.text, decoded.encoding) == (TEXT, encoding)


def test_windows_1252_is_read_where_it_is_sure() -> None:
    text = "Mr. Briceño (Peru): The café — the old one — is “open”, São Paulo’s ferry is not."
    assert decode(text.encode("cp1252")) == decode(text.encode("cp1252"), "cp1252")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Mr. Kučera (Czechia): Děkuji, paní předsedkyně.", "cp1250"),
        ("Г-н Иванов: Спасибо.", "cp1251"),
        ("Ms. Yıldız (Türkiye): Teşekkür ederim.", "cp1254"),
        ("Mr. Peña (Panamá): El café está cerrado, señor.", "cp850"),
        ("主席先生,谢谢。", "gb18030"),
        ("“The café’s ferry”, said Mr. Núñez", "mac-roman"),
    ],
)
def test_unsure_encodings_are_asked_for(text: str, encoding: str) -> None:
    with pytest.raises(UnreadableTranscript, match="Please name it") as refused:
        decode(text.encode(encoding))
    assert refused.value.code == "unsure-encoding"
    assert decode(text.encode(encoding), encoding).text == text


def test_mixed_and_cut_utf8_is_never_guessed() -> None:
    for data in (TEXT.encode()[:13] + b"\xe9t\xe9 here", "naïve “dear”".encode()[:-1] + b" cut"):
        with pytest.raises(UnreadableTranscript):
            decode(data)


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "empty", "The file is empty"),
        (b" \r\n\t\n\x0c", "empty", "only white space"),
        (b"\xef\xbb\xbf\n", "empty", "only white space"),
        (PNG, "not-text", "a PNG image"),
        (b"%PDF-1.7\n%\xe2\xe3", "broken-pdf", "damaged and cannot be opened"),
        (b"PK\x03\x04\x14\0", "not-text", "a ZIP archive or an Office document"),
        (b"GIF89a\x01\0", "not-text", "a GIF image"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "not-text", "a JPEG image"),
        (b"MZ\x90\0\x03", "not-text", "a Windows program"),
        (b"\x7fELF\x02", "not-text", "a program"),
        (b"<!DOCTYPE html><html>", "empty", "The web page contains only menus"),
        (b"  <svg xmlns='x'>", "not-text", "a web page or an XML file"),
        (b"<?xml version='1.0'?><a/>", "not-text", "an XML file"),
        (b"Mr. A\0B: text", "not-text", "NUL"),
        (bytes(range(1, 32)) * 20, "not-text", "control characters"),
        (b"x" * (LARGEST_FILE + 1), "too-large", "at most 25 MB"),
    ],
)
def test_what_is_no_text_is_refused_by_name(data: bytes, code: str, words: str) -> None:
    with pytest.raises(UnreadableTranscript, match=words) as refused:
        read("statement.txt", data)
    assert refused.value.code == code
    assert str(refused.value).endswith(".")


def test_named_encoding_must_exist_and_fit() -> None:
    with pytest.raises(UnreadableTranscript) as unknown:
        decode(TEXT.encode(), "klingon-8")
    with pytest.raises(UnreadableTranscript) as unfit:
        decode(TEXT.encode("cp1252"), "utf-8")
    assert (unknown.value.code, unfit.value.code) == ("unknown-encoding", "wrong-encoding")


@pytest.mark.parametrize("encoding", ["zlib", "rot13", "base64", "idna", "unicode_escape"])
def test_codecs_that_are_no_encodings_are_refused(encoding: str) -> None:
    with pytest.raises(UnreadableTranscript):
        decode(b"Mr. A: \\x41", encoding)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("The treaty â€” the old one", "mojibake"),
        ("Lost \ufffd sign", "replacement-character"),
        ("The s\u0435cretary", "look-alike-letters"),
        ("A \u202ehidden\u202c word", "bidi-control"),
        ("A bell\x07 rings", "control-character"),
    ],
)
def test_damage_is_shown_with_its_line(line: str, code: str) -> None:
    parsed = read("a.txt", f"Mr. Vale (Samoa): First.\n\n{line}.".encode())
    assert (code, 3) in {(problem.code, problem.line) for problem in parsed.problems}
