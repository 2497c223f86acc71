"""Which pages of a country are proposed as one person."""

from itertools import count

from statements.transcripts.speakers.people import Form, group_forms, is_possible


def form(name: str, *years: int, title: str = "", meetings: set[int] | None = None) -> Form:
    return Form(
        key=next(_keys),
        names=(name,),
        title=title,
        years=frozenset(years),
        meetings=frozenset(meetings or ()),
        speeches=len(years),
    )


_keys = count(1)


def grouped(*forms: Form) -> list[set[str]]:
    return sorted(({form.names[0] for form in group} for group in group_forms(forms)), key=sorted)


def test_all_pages_of_a_person_are_one_proposal() -> None:
    forms = [
        form("Mr. Tokaev", 1995),
        form("Kassymjomart Tokaev", 1996, 1998),
        form("Kassymzhomart K. Tokaev", 1999, 2005),
        form("Kassym-Jomart Tokayev", 2019, 2023),  # 25 years after the first, but not the others
        form("Kassym Jomart Tokayev", 2021),
        form("Nursultan Nazarbayev", 2007),
    ]
    assert grouped(*forms) == [{form.names[0] for form in forms[:5]}]


def test_names_that_differ_are_one_person_if_a_longer_one_has_both() -> None:
    forms = [
        form("Denis Moncada", 2021),
        form("Denis Ronaldo Moncada Colindres", 2018, 2022),
        form("Ronaldo Moncada Colindres", 2023),
    ]
    assert grouped(*forms) == [{form.names[0] for form in forms}]
    assert grouped(forms[0], forms[2]) == []


def test_fathers_and_sons_are_not_proposed() -> None:
    assert grouped(form("George Bush", 1990, 1992), form("George W. Bush", 2001)) == []
    assert grouped(form("George Bush", 2002), form("George W. Bush", 2001)) != []
    assert grouped(form("Bandaranaike", 1956), form("Mrs. Bandaranaike", 1976)) == []


def test_a_surname_of_two_people_is_in_no_proposal() -> None:
    dawa, ugyen = form("Dawa Tsering", 1997), form("Ugyen Tshering", 1996)
    assert grouped(form("Mr. Tsering", 1995), dawa, ugyen) == []
    assert grouped(form("Mr. Tsering", 1996), dawa) == [{"Mr. Tsering", "Dawa Tsering"}]
    assert grouped(form("Mr. Tsering", 1990), dawa) == []


def test_two_of_one_meeting_or_of_two_genders_are_different() -> None:
    one, other = form("Anna Lund", 2001, meetings={1}), form("A. Lund", 2001, meetings={1, 2})
    assert grouped(one, other) == []
    assert not is_possible([one, other])
    assert grouped(form("J. Lund", 2001, title="mr"), form("J Lund", 2001, title="mrs")) == []


def test_people_of_different_eras_are_different() -> None:
    one, other = form("Jon Lund", 1960), form("Jon Lund", 2001)
    assert grouped(one, other) == []
    assert not is_possible([one, other])


def test_pairs_that_were_rejected_stay_apart() -> None:
    one, other, third = form("Jon Lund", 2001), form("Jon A. Lund", 2002), form("J. Lund", 2003)
    apart = {frozenset((one.key, other.key))}
    groups = group_forms([one, other, third], apart)
    assert all(not {one, other} <= set(group) for group in groups)
