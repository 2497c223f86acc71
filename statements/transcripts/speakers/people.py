"""Groups the pages of a country's speakers that may each be one person, for an archivist to join.

Nothing here reads the database. A page that may be of one of two people is in no group.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from statements.transcripts.languages.name_likeness import (
    Likeness,
    block_keys,
    compare_names,
    covers,
    lacks_initial,
    main_words,
)
from statements.transcripts.languages.titles import title_gender

MAX_FORMS = 40  # of one person
MAX_BLOCK = 150  # forms with a key in common, of which more are no evidence and take too long
MAX_GAP_YEARS = 20  # in which a person does not speak
MAX_SPAN_YEARS = 50  # between the first and the last speech of a person
_NEAR_YEARS = 3  # between a surname alone and a whole name
_NEAR_YEARS_IF_RARE = 5  # if the surname is long
_RARE_LETTERS = 9
_MANY_WORDS = 3  # of a name that may differ in spelling from two others
_NEAR_SURNAME_YEARS = 4  # between two surnames
_OTHERS_WITHIN_YEARS = 5  # in which a surname alone may be of another person
_MAX_INITIAL_GAP_YEARS = 6  # between a name with an initial and one without: fathers and sons


@dataclass(frozen=True, slots=True)
class Form:
    """The page of a speaker: its printed names, with what is known of the speeches."""

    key: int
    names: tuple[str, ...]  # as printed; the first is the name of the page
    title: str = ""  # see ``title_class``
    years: frozenset[int] = frozenset()  # of the speeches
    meetings: frozenset[int] = frozenset()
    speeches: int = 0

    @property
    def is_surname(self) -> bool:
        """Whether no form has more than one word."""
        return all(len(main_words(name)) == 1 for name in self.names)


def group_forms(
    forms: Sequence[Form], apart: Collection[frozenset[int]] = ()
) -> list[tuple[Form, ...]]:
    """Return the groups of forms, of one country, that may each be one person.

    ``apart`` has pairs of keys that are known to be different people. No two forms of a group are
    different, and between its speeches lie at most ``MAX_GAP_YEARS``. A surname alone is joined
    to what is near in years, if that is one person.
    """
    grouping = _Grouping(forms, apart)
    for one, other in grouping.pairs(lambda one, other: not (one.is_surname or other.is_surname)):
        grouping.join([one], [other])
    for one, other in grouping.pairs(lambda one, other: one.is_surname and other.is_surname):
        if _gap(one, other) <= _NEAR_SURNAME_YEARS:
            grouping.join([one], [other])
    for group in grouping.groups():
        if all(form.is_surname for form in group):
            grouping.join_only_one(group)
    return [tuple(group) for group in grouping.groups() if len(group) > 1]


class _Grouping:
    """Groups of forms that grow by joining."""

    def __init__(self, forms: Sequence[Form], apart: Collection[frozenset[int]]) -> None:
        self._forms, self._apart = forms, apart
        self._likeness = {
            frozenset((form.key, other.key)): likeness
            for form, other in _candidates(forms)
            if not self._are_apart(form, other) and (likeness := _compare(form, other))
        }
        self._group_of = {form.key: [form] for form in forms}

    def groups(self) -> list[list[Form]]:
        return list({id(group): group for group in self._group_of.values()}.values())

    def pairs(self, chosen: Callable[[Form, Form], bool]) -> list[tuple[Form, Form]]:
        """Return the pairs of forms to join, those near in years first: names that are alike, and
        surnames that may be one."""
        by_key = {form.key: form for form in self._forms}
        members = (sorted(pair) for pair in self._likeness)
        pairs = [(by_key[one], by_key[other]) for one, other in members]
        kept = [
            pair
            for pair in pairs
            if chosen(*pair) and (pair[0].is_surname or self._between(*pair) is Likeness.ALIKE)
        ]
        return sorted(kept, key=lambda pair: (_gap(*pair), pair[0].key, pair[1].key))

    def join(self, *parts: Iterable[Form]) -> None:
        """Make one group of the groups of several forms, unless two forms in them differ."""
        joined = {
            member.key: member
            for part in parts
            for form in part
            for member in self._group_of[form.key]
        }
        members = list(joined.values())
        if len(members) > MAX_FORMS or members == self._group_of[members[0].key]:
            return
        are_one = all(
            self._between(form, other) or self._is_explained(form, other, members)
            for place, form in enumerate(members)
            for other in members[place + 1 :]
        )
        if are_one and _fit_in_time(members):
            self._group_of.update(dict.fromkeys(joined, members))

    def join_only_one(self, surnames: Sequence[Form]) -> None:
        """Join surnames to the person of whom they may be, if there is one in those years."""
        gaps = {
            other.key: gap
            for other in self._forms
            if not other.is_surname
            for gap in [
                min(
                    (_gap(form, other) for form in surnames if self._between(form, other)),
                    default=MAX_SPAN_YEARS,
                )
            ]
            if gap <= _OTHERS_WITHIN_YEARS
        }
        is_rare = all(len(main_words(form.names[0])[0]) >= _RARE_LETTERS for form in surnames)
        if gaps and min(gaps.values()) <= (_NEAR_YEARS_IF_RARE if is_rare else _NEAR_YEARS):
            self.join(surnames, [form for form in self._forms if form.key in gaps])

    def _is_explained(self, form: Form, other: Form, members: Sequence[Form]) -> bool:
        """Return whether two names differ only from each other: a longer one has the words of
        both, or one of them is a spelling of a third that is like the other."""
        if self._are_apart(form, other):
            return False
        return any(
            self._covers(member, form, other)
            or (self._is_variant(form, member) and self._between(other, member))
            or (self._is_variant(other, member) and self._between(form, member))
            for member in members
        )

    def _covers(self, member: Form, form: Form, other: Form) -> bool:
        are_alike = self._between(form, member) is self._between(other, member) is Likeness.ALIKE
        return are_alike and any(
            covers(name, form.names[0], other.names[0]) for name in member.names
        )

    def _is_variant(self, form: Form, member: Form) -> bool:
        """Return whether a name of several words is another in a different spelling."""
        count = len(main_words(form.names[0]))
        same_count = count == len(main_words(member.names[0])) >= _MANY_WORDS
        return same_count and self._between(form, member) is Likeness.ALIKE

    def _are_apart(self, form: Form, other: Form) -> bool:
        """Return whether two forms are known to be different people, spoke in one meeting, or are
        of two genders."""
        return (
            not form.meetings.isdisjoint(other.meetings)
            or len({title_gender(form.title), title_gender(other.title)} - {""}) > 1
            or frozenset((form.key, other.key)) in self._apart
        )

    def _between(self, form: Form, other: Form) -> Likeness:
        return self._likeness.get(frozenset((form.key, other.key)), Likeness.DIFFERENT)


def _candidates(forms: Sequence[Form]) -> Iterator[tuple[Form, Form]]:
    """Yield the pairs of forms whose names may be alike: those with a key in common that is not
    too common."""
    by_key: defaultdict[str, list[int]] = defaultdict(list)
    for place, form in enumerate(forms):
        for key in {key for name in form.names for key in block_keys(name)}:
            by_key[key].append(place)
    pairs = {
        pair
        for places in by_key.values()
        if len(places) <= MAX_BLOCK
        for pair in combinations(places, 2)
    }
    for one, other in sorted(pairs):
        yield forms[one], forms[other]


def _compare(form: Form, other: Form) -> Likeness:
    """Return how the names of two forms compare."""
    pairs = [(name, other_name) for name in form.names for other_name in other.names]
    likeness, pair = max(((compare_names(*pair), pair) for pair in pairs), key=lambda item: item[0])
    is_far = _gap(form, other) > _MAX_INITIAL_GAP_YEARS
    if likeness is Likeness.ALIKE and is_far and lacks_initial(*pair):
        return Likeness.OPEN
    return likeness


def _gap(form: Form, other: Form) -> int:
    """Return the least number of years between speeches of two forms; 0 if any is undated."""
    return min((abs(one - two) for one in form.years for two in other.years), default=0)


def is_possible(group: Sequence[Form]) -> bool:
    """Return whether forms may be one person, whatever their names: not two of one meeting, and
    not of different eras."""
    return _fit_in_time(group) and not any(
        form.meetings & other.meetings
        for place, form in enumerate(group)
        for other in group[place + 1 :]
    )


def _fit_in_time(group: Sequence[Form]) -> bool:
    """Return whether the years of a group may be those of one person."""
    spans = sorted((min(form.years), max(form.years)) for form in group if form.years)
    last = spans[0][1] if spans else 0
    for first, end in spans:
        if first - last > MAX_GAP_YEARS:
            return False
        last = max(last, end)
    return not spans or last - spans[0][0] <= MAX_SPAN_YEARS
