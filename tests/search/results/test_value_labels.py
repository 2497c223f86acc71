"""Labels of facet values."""

import pytest
from support import rows as stored

from archive import languages
from statements.models import Session
from statements.search.results import rows

pytestmark = pytest.mark.django_db


def label(session: Session) -> str:
    return rows.labels({"session": [session.slug]})["session"][session.slug]


def test_a_session_has_its_organ_only_if_several_organs_have_sessions() -> None:
    council = stored.session(12)
    assert label(council) == "General debate, 12th session"
    assembly = stored.session(12, organ="Lakes Assembly", debate="", slug="lakes-assembly-12")
    assert label(assembly) == "Lakes Assembly, 12th session"
    assert label(council) == "Rivers Council, General debate, 12th session"


def test_labels_are_remembered_by_language() -> None:
    session = stored.session(12)
    assert "12th" in label(session)
    with languages.use("fr"):
        assert "12e session" in label(session)
    assert "12th" in label(session)
