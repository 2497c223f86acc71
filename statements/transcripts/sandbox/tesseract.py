"""Recognises the text of page images with Tesseract (https://tesseract-ocr.github.io/), if it is
installed."""

import re
import shutil
from collections.abc import Sequence

from statements.transcripts.sandbox.programs import Limits, Output, run_limited

# of one page: a dense page of two languages takes ten seconds
PAGE_LIMITS = Limits(processor_s=60, address_space=1536 * 1024**2, wall_s=300, niceness=10)
_LANGUAGE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:/[A-Za-z0-9_]+)?")
# models to use if none is named, the best first: that of the Latin script, under its two names,
# spells names of all countries, which "eng" alone cannot ("Ms. Enestrém")
_BEST = (("Latin", "eng"), ("script/Latin", "eng"), ("Latin",), ("script/Latin",), ("eng",))
_SINGLE_THREAD = {"OMP_THREAD_LIMIT": "1"}  # faster in all, and the process may start no thread


class OcrUnavailable(Exception):
    """Text recognition cannot be used; ``str()`` says what is missing."""


class Tesseract:
    """The installed program with the languages to recognise; the best that is installed, if none is
    named.

    Raises OcrUnavailable if the program or one of the languages is not installed.
    """

    def __init__(self, languages: Sequence[str] = ()) -> None:
        self._path = shutil.which("tesseract") or ""
        if not self._path:
            raise OcrUnavailable("Tesseract, the program for text recognition, is not installed.")
        unknown = [name for name in languages if not _LANGUAGE.fullmatch(name)]
        installed = self._installed_languages()
        languages = languages or next(filter(installed.issuperset, _BEST), _BEST[-1])
        self.languages = "+".join(languages)
        missing = unknown or [name for name in languages if name not in installed]
        if missing:
            raise OcrUnavailable(
                f"Tesseract lacks the language “{'”, “'.join(missing)}”. "
                f"Installed: {', '.join(sorted(installed)) or 'none'}."
            )

    def _installed_languages(self) -> set[str]:
        output = run_limited([self._path, "--list-langs"])
        # the first line says where they are
        lines = output.result.decode("utf-8", "replace").splitlines()[1:]
        return {line.strip() for line in lines if _LANGUAGE.fullmatch(line.strip())}

    def recognize(
        self, image: bytes, limits: Limits = PAGE_LIMITS, *, dpi: int = 0, page: int = 1
    ) -> Output:
        """Recognise one page, counted from 1, of an image file; the result is an hOCR document.

        With ``dpi`` 0, the resolution is the one that the file states, or estimated.
        """
        command = [self._path, "stdin", "stdout", "-l", self.languages]
        command += ["--dpi", str(dpi)] if dpi else []
        variables = ["tessedit_create_hocr=1", f"tessedit_page_number={page - 1}"]
        return run_limited(
            [*command, *(part for variable in variables for part in ("-c", variable))],
            image,
            limits=limits,
            environment=_SINGLE_THREAD,
        )
