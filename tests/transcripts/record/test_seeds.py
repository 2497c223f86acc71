"""Real statements, which are read in place and are not part of this repository."""

from pathlib import Path

from statements.transcripts import read


def test_seeds_name_speaker_and_affiliation(shared: Path) -> None:
    speakers = []
    for path in sorted((shared / "seeds").glob("*.txt")):
        (speech,) = read(path.name, path.read_bytes()).speeches
        speakers.append((speech.honorific, speech.speaker, speech.affiliation, speech.position))
    assert speakers == [
        ("Mr.", "Abdrakhmanov", "Kazakhstan", 1),
        ("Mr.", "Umarov", "Kazakhstan", 1),
    ]
