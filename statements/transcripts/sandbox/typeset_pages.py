"""The program that states the text of a PDF page by page: ``python -I …/typeset_pages.py`` reads
the PDF from standard input, and writes each page that needs no text recognition as hOCR, after a
line with its number and its length in bytes.

It is run under limits by its path, and gives up opening files.
"""

import os
import sys
from pathlib import Path

_BROKEN = 3  # exit status for a PDF that cannot be read


def main() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    from statements.transcripts.formats.printed.hocr_pages import to_hocr_page
    from statements.transcripts.formats.printed.text_layer import lacks_text
    from statements.transcripts.layout.pdf_words import read_pages
    from statements.transcripts.sandbox.worker import drop_privileges, preload
    from statements.transcripts.values.parsed import UnreadableTranscript

    preload()
    data = sys.stdin.buffer.read()
    with os.fdopen(os.dup(1), "wb") as answer:
        os.dup2(2, 1)  # keep anything that the library prints out of the answer
        drop_privileges()
        try:
            for page in read_pages(data):
                if not lacks_text(page):
                    element = to_hocr_page(page)
                    answer.write(b"%d %d\n%b" % (page.number, len(element), element))
        except UnreadableTranscript as error:
            print(error, file=sys.stderr)
            answer.flush()
            os._exit(_BROKEN)


if __name__ == "__main__":
    main()
