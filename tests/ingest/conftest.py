"""A transcript that waits for review, made without the reader."""

import hashlib

import pytest
from support.drafts import MakeTranscript

from statements.ingest import Draft
from statements.models import Transcript


@pytest.fixture
def waiting() -> MakeTranscript:
    """Make a transcript in state received, with these bytes and this draft."""

    def make(content: bytes, draft: Draft | None = None, name: str = "a.txt") -> Transcript:
        return Transcript.objects.create(
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            size=len(content),
            name=name,
            draft=draft.to_json() if draft else None,
        )

    return make
