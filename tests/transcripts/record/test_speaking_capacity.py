"""In what capacity a speech was made follows from what it stores."""

import pytest

from statements.transcripts.record.speaking_capacity import (
    Capacity,
    is_chair,
    speaking_capacity,
)

PLAIN = {
    "speaker_line": "",
    "speaker_printed": "Mr. Umarov",
    "role": "",
    "affiliation": "",
    "on_behalf_of": "",
    "is_national": False,
    "of_state": False,
    "of_organization": False,
}


@pytest.mark.parametrize(
    ("stored", "capacity"),
    [
        ({"of_state": True}, Capacity.NATIONAL),
        ({"of_state": True, "role": "President"}, Capacity.NATIONAL),  # a head of State
        ({"of_state": True, "is_national": True}, Capacity.NATIONAL),
        ({"of_state": True, "on_behalf_of": "the Nordic countries"}, Capacity.BEHALF),
        ({"speaker_printed": "The President", "role": "President"}, Capacity.CHAIR),
        ({"speaker_printed": "The PRESIDENT", "of_state": True}, Capacity.CHAIR),
        ({"speaker_line": "The President (spoke in French):", "of_state": True}, Capacity.CHAIR),
        ({"speaker_printed": "The Acting President", "is_national": True}, Capacity.CHAIR_NATIONAL),
        ({"speaker_printed": "The Secretary-General"}, Capacity.SECRETARIAT),
        ({"role": "Under-Secretary-General for Humanitarian Affairs"}, Capacity.SECRETARIAT),
        ({"role": "President of the International Court of Justice"}, Capacity.SECRETARIAT),
        ({"of_organization": True, "affiliation": "European Union"}, Capacity.SECRETARIAT),
        ({"role": "Keeper of Weirs at the River Institute"}, Capacity.GUEST),
        ({"role": "Prime Minister", "affiliation": "Quay Islands"}, Capacity.NATIONAL),
        ({"affiliation": "Weir Party"}, None),  # a member of a parliament
        ({}, None),
    ],
)
def test_the_capacity_follows_from_what_is_stored(stored, capacity):
    assert speaking_capacity(**{**PLAIN, **stored}) == capacity


@pytest.mark.parametrize(
    "line",
    [
        "The President", "The Temporary President:", "Mr. Vice-President", "Le Président",
        "La Presidenta", "Der Alterspräsident", "El Presidente interino (habla en inglés)",
        "Председатель", "主席", "The Co-Chair", "Madam Speaker", "The Presiding Officer",
    ],
)  # fmt: skip
def test_the_office_alone_is_the_chair(line):
    assert is_chair(line)


@pytest.mark.parametrize(
    "line",
    ["President Abbas", "Mr. President Wilson", "The Secretary-General", "The Chair of the Council",
     "", "Mr. Speaker Martin", "The Acting", "(spoke in French)"],
)  # fmt: skip
def test_a_name_or_another_office_is_not(line):
    assert not is_chair(line)
