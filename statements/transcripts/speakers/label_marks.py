"""What stands before a label: a bullet, a time code, the number of a line or of a question."""

import re

_CLOCK = (
    r"(?:\d{4}-\d\d-\d\d[T ])?\d{1,2}[:.h]\d\d(?:[:.]\d\d(?:[.,]\d{1,3})?)?Z?"
    r"(?:\s?[aApP]\.?[mM]\b\.?)?"
)
_TIME = rf"[\[(<{{]?{_CLOCK}(?:\s?(?:[-–—]|-->)\s?{_CLOCK})?[\])>}}]?"
_BULLET = "[-–—•·∙*▪▫■□◦‣⁃●○◆◇♦❖►▶➢➤→⇒✓✔|+]"
_NUMBER = r"\d{1,4}(?:\.\d{1,3}){0,2}[a-z]?"
_TITLE = r"(?=(?:Mrs?|Ms|Dr|Sir|Dame|Mme|Sra?|Srta)\b)"
_MARK = re.compile(
    rf"(?:(?:{_TIME}(?:\s?[-–—|:,])?|{_BULLET}|>{{1,3}}|[*_#]{{1,4}}"
    rf"|(?:[QA]\.?|Anf\.|No\.|Nr\.|N[º°]|№|#|§|¶)\s?\d{{1,4}}[.:)]?"
    rf"|[\[({{](?:{_NUMBER}|[a-z]|[ivx]{{2,5}})[\])}}]|{_NUMBER}(?:[.):]|\s[-–—|])"
    rf"|(?:[a-z]|[ivx]{{2,5}})[.)]|[A-Z]\.\s{_TITLE}|(?:[Pp]age|[Pp]\.)\s?\d{{1,4}}"
    # the lines of a deposition are numbered without a sign
    rf"|(?:{_NUMBER}|\d{{1,4}}/\d{{1,4}})\s(?=[A-ZÀ-ÖØ-Þ]))\s?(?=\S)){{1,3}}"
)
# anything without words of prose before a name with its title: "Question 7: ", "at 10:04 "
_LOOSE_MARK = re.compile(
    rf"(?:[^\W\d_]{{1,12}}\.?\s?(?=\d))?(?:(?![\"'“”„‘’«»‹›])[\W\d_]|[TZ]){{1,24}}{_TITLE}"
)
_RANGE = re.compile(r"\s?(?:[-–—]|-->)\s?")
_TIME_CODE = re.compile(r"(?:(?P<h>\d{1,2}):)?(?P<m>\d{1,2}):(?P<s>\d\d(?:[.,]\d{1,3})?)")
NUMBERED_QUESTION = re.compile(r"(?P<name>[QA])\.?\s?\d{1,4}(?P<separator>[.:)])")
TIME_BEHIND = re.compile(rf"\s(?P<time>{_TIME})$")  # "Anna Brook  0:03"
CAPTION_MARK = ">>"
PLAIN_NUMBER = re.compile(r"\d{1,4}\.")  # of a paragraph; the grammar of speaker lines reads it


def split_mark(text: str) -> tuple[str, str]:
    """Split what may stand before a label from the rest.

    >>> split_mark("10:04 Mr. Rao (India): We flew.")
    ('10:04', 'Mr. Rao (India): We flew.')
    """
    plain = " ".join(text.split())
    match = _MARK.match(plain)
    return (match[0].strip(), plain[match.end() :]) if match else ("", plain)


def split_loose_mark(text: str) -> tuple[str, str]:
    """Split what may stand before a speaker line that shows itself to be one by a State.

    A quotation mark is none: another's words are quoted.

    >>> split_loose_mark("Question 7: Ms. Hale (Canada): We sailed.")
    ('Question 7:', 'Ms. Hale (Canada): We sailed.')
    """
    plain = " ".join(text.split())
    match = _LOOSE_MARK.match(plain)
    return (match[0].strip(), plain[match.end() :]) if match else ("", plain)


def time_of(mark: str) -> float | None:
    """Return the seconds of a time code, "[01:12]" or "00:01:12"; None for a time of day."""
    start, *_ = _RANGE.split(mark.strip("[]<>{}() -–—|:,"), maxsplit=1)
    match = _TIME_CODE.fullmatch(start)
    if match is None or not (match["h"] or mark.startswith("[")):
        return None
    seconds = float(match["s"].replace(",", "."))
    return int(match["h"] or 0) * 3600 + int(match["m"]) * 60 + seconds
