"""Files that an import keeps for review instead of publishing them.

A file waits for the decision of a person if its words are already in the archive elsewhere, if its
date cannot be, and, if the operator asks for it, if there is much in it to check.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import ngettext

from statements.ingest.drafts.doubts import IMPOSSIBLE_DATE
from statements.ingest.drafts.draft import Draft, Metadata
from statements.ingest.drafts.label_memory import remember_decisions
from statements.ingest.intake.files import keep_file
from statements.ingest.intake.results import FileResult, FileState, Tally
from statements.ingest.intake.sources import SourceFile
from statements.ingest.matching import Matcher
from statements.ingest.publishing.preview import Preview, preview
from statements.ingest.publishing.same_words import SAME_WORDS, has_same_words
from statements.ingest.waiting.descriptions import Description
from statements.ingest.waiting.review import store_draft
from statements.ingest.waiting.summaries import count_doubts
from statements.models import Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Decides which files wait for review."""

    max_doubts: int | None = None  # a file with more issues waits; None: no limit

    def may_apply(self, drafts: Sequence[Draft]) -> bool:
        """Return whether any of some drafts may have to wait, at the cost of one query."""
        return (
            self.max_doubts is not None
            or any(
                problem["code"] == IMPOSSIBLE_DATE for draft in drafts for problem in draft.problems
            )
            or has_same_words(speech for draft in drafts for speech in draft.speeches)
        )

    def reason(self, current: Preview) -> str:
        """Return why a file waits for review, or "" if it does not."""
        messages = [
            str(problem["message"])
            for problem in current.problems
            if problem["code"] == IMPOSSIBLE_DATE
            or (problem["code"] == SAME_WORDS and problem["speech"] is None)
        ]
        if messages:
            return " ".join(dict.fromkeys(messages))
        doubts = count_doubts(current)
        if self.max_doubts is None or doubts <= self.max_doubts:
            return ""
        return ngettext(
            "There is %(count)d issue to review.", "There are %(count)d issues to review.", doubts
        ) % {"count": doubts}


def hold(
    file: SourceFile, draft: Draft, holding: Holding, matcher: Matcher, *, dry_run: bool
) -> FileResult | None:
    """Keep a file with its draft for review if it must wait; return None if it need not."""
    current = preview(draft, matcher=matcher)
    reason = holding.reason(current)
    if not reason or current.faults:
        return None
    content = file.content()
    if not dry_run and isinstance(content, bytes):
        _keep_waiting(file, content, draft, matcher)
    tally = Tally()
    for speech in current.speeches:
        tally.add(speech)
    tally.add_problems(current.problems)
    return FileResult(path=file.path, state=FileState.HELD, message=reason, tally=tally)


def _keep_waiting(file: SourceFile, content: bytes, draft: Draft, matcher: Matcher) -> None:
    with transaction.atomic():
        transcript, _ = keep_file(file.name, content, Transcript.State.UNREAD)
        if transcript.state != Transcript.State.UNREAD:
            return  # somebody else received the same bytes at this moment
        descriptions = [
            replace(Description.from_json(data), is_stored=False) for data in file.descriptions()
        ] or [Description(file.name, Metadata())]
        store_draft(transcript, draft, descriptions, matcher, encoding=file.encoding)
        Transcript.objects.filter(pk=transcript.pk).update(scan_id=file.scan_id)
        remember_decisions(draft, transcript)
