"""The documents are short, their links lead somewhere, and the files they name exist."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
GUIDES = [PROJECT / "README.md", PROJECT / "SECURITY.md", *sorted(PROJECT.glob("docs/*.md"))]
DECISIONS = sorted(PROJECT.glob("docs/decisions/*.md"))
DOCUMENTS = [
    *GUIDES,
    *DECISIONS,
    *sorted(PROJECT.glob("docs/reference/*.md")),
    PROJECT / "CHANGELOG.md",
    PROJECT / "benchmarks" / "REPORTS.md",
    PROJECT / "samples" / "README.md",
    PROJECT / "statements" / "transcripts" / "languages" / "packs" / "README.md",
]
MOST_WORDS_OF_GUIDES = 10_000
MOST_WORDS_OF_A_DECISION = 300  # half a page; words as `wc` counts them, with the marks of tables
REGISTERS = {"README.md", "dependencies.md"}  # lists that grow with what they list

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
_PATH = re.compile(
    r"`((?:archive|benchmarks|docs|requirements|samples|static|statements|templates|tests)"
    r"/[\w./-]+)`"
)


def relative(document: Path) -> str:
    return str(document.relative_to(PROJECT))


def anchors(document: Path) -> set[str]:
    """Return the anchors that code hosts give to headings."""
    headings = _HEADING.findall(document.read_text())
    return {re.sub(r"[^\w -]", "", each.lower()).strip().replace(" ", "-") for each in headings}


def test_the_guides_can_be_read_in_an_hour() -> None:
    # the architecture is for developers, who also have the code
    guides = [document for document in GUIDES if document.name != "architecture.md"]
    counts = {relative(document): len(document.read_text().split()) for document in guides}
    assert sum(counts.values()) < MOST_WORDS_OF_GUIDES, counts


@pytest.mark.parametrize("document", DECISIONS, ids=lambda document: document.stem)
def test_a_decision_is_half_a_page(document: Path) -> None:
    if document.name not in REGISTERS:
        assert len(document.read_text().split()) <= MOST_WORDS_OF_A_DECISION
        for part in ("**Question.**", "**Considered.**", "**Decided.**"):
            assert part in document.read_text()


def test_every_decision_is_listed() -> None:
    listed = (PROJECT / "docs" / "decisions" / "README.md").read_text()
    for document in DECISIONS:
        assert document.name == "README.md" or f"({document.name})" in listed


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_links_lead_somewhere(document: Path) -> None:
    for link in _LINK.findall(document.read_text()):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


@pytest.mark.parametrize("document", [*GUIDES, *DECISIONS], ids=relative)
def test_files_that_are_named_exist(document: Path) -> None:
    for path in _PATH.findall(document.read_text()):
        assert (PROJECT / path).exists(), path
