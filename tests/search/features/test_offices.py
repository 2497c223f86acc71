"""Speeches that print the office of a person are offered to those who look for the person."""

from collections.abc import Callable
from datetime import date
from itertools import pairwise

import pytest
from django.test import Client
from support import rows

from statements.models import Office, OfficeTerm
from statements.search import Procedure, SearchParameters, autocomplete, find, office_searches
from statements.views.direct_answers import direct_answers

pytestmark = pytest.mark.django_db
PRINTED = 'speaker:"The Secretary-General" -speaker:"of the Secretary-General"'


@pytest.fixture
def speeches(archive_index: Callable[[], int]) -> Callable[[], int]:
    for printed, day in (
        ("The Secretary-General", date(2018, 5, 1)),
        ("The Secretary-General", date(2017, 1, 1)),
        ("The Secretary-General", date(2016, 12, 31)),
        ("The Special Representative of the Secretary-General", date(2018, 5, 1)),
        ("Mr. Guterres", date(2018, 5, 2)),
    ):
        speaker = None
        if printed == "Mr. Guterres":
            speaker = rows.speaker("Guterres", honorific="Mr.", slug="guterres")
        rows.speech("The weir holds.", speaker_printed=printed, speaker=speaker, date=day)
    archive_index()
    return archive_index


def test_a_surname_leads_to_the_speeches_of_the_office(speeches: Callable[[], int]) -> None:
    [office] = office_searches("GUTERRES")
    assert office.holder == "António Guterres"
    assert office.parameters == SearchParameters(
        q=PRINTED, date_from=date(2017, 1, 1), procedure=Procedure.SHOW
    )
    assert find(office.parameters).total == office.speeches == 2
    assert [other.holder for other in office_searches("Mr. Ban")] == ["Ban Ki-moon"]
    for name in ("Antonio Guterres", "Mr Guterres", "mr. guterres"):
        assert [other.holder for other in office_searches(name)] == ["António Guterres"], name
    for name in ("Annan", "Secretary-General", "Moon", "Mr.", ""):  # Annan: no speeches
        assert not office_searches(name), name


def test_go_to_and_completion_offer_the_office(client: Client, speeches: Callable[[], int]) -> None:
    page, office = direct_answers("Guterres")
    assert page.url == "/speaker/guterres/"
    assert office.label == "Speeches printed as “The Secretary-General” since 1 January 2017"
    assert office.note == "António Guterres"
    assert client.get(office.url).context["search"].page.total == 2
    completions = {one.label: one.q for one in autocomplete("guter").completions}
    query = completions["António Guterres (Secretary-General of the United Nations, 2017–)"]
    assert query == f"{PRINTED} year:2017.."
    assert find(SearchParameters(q=query)).total == 2
    assert "Ban Ki-moon" in "".join(one.label for one in autocomplete("ki").completions)


def test_a_search_for_the_person_offers_the_office_and_counts_as_before(
    client: Client, speeches: Callable[[], int]
) -> None:
    for asked, offered in (
        ({"q": "weir speaker:Guterres"}, f"weir ({PRINTED})"),
        ({"speaker": "guterres", "q": "weir"}, f"(weir) {PRINTED}"),
        ({"speaker": "guterres"}, PRINTED),
    ):
        page = find(SearchParameters.from_query(asked))
        [notice] = page.notices
        assert (page.total, notice.alternative.q) == (1, offered), asked
        assert (find(notice.alternative).total, notice.alternative.speaker) == (2, ()), asked
    answer = client.get("/api/v1/search?q=weir+speaker:Guterres").json()
    assert "print António Guterres only as Secretary-General" in str(answer)
    for q in ("weir -speaker:Guterres", "weir Guterres", "speaker:Annan", "speaker:Brook"):
        assert not find(SearchParameters(q=q), alternatives=False).notices, q
    in_2018 = find(
        SearchParameters(q="speaker:Guterres", date_to=date(2017, 6, 1)), alternatives=False
    )
    assert [notice.alternative.date_to for notice in in_2018.notices] == [date(2017, 6, 1)]


def test_a_line_counts_once_an_archivist_confirms_it(
    admin_client: Client, speeches: Callable[[], int]
) -> None:
    office = Office.objects.create(
        name="Keeper of the Weir", printed=["The Special Representative"]
    )
    term = OfficeTerm.objects.create(
        office=office, holder="Ada Lock", surname="Lock", valid_from=date(2018, 1, 1)
    )
    assert not office_searches("Lock")
    address = "/admin/statements/officeterm/"
    assert "Ada Lock" in admin_client.get(address).content.decode()
    data = {"action": "verify", "_selected_action": [term.pk]}
    page = admin_client.post(address, data, follow=True).content.decode()
    assert "Confirmed 1 line" in page
    assert [found.speeches for found in office_searches("Lock")] == [1]
    form = admin_client.get(f"/admin/statements/office/{office.pk}/change/").content.decode()
    assert "The Special Representative" in form


def test_terms_of_one_office_do_not_overlap_and_have_sources() -> None:
    assert not OfficeTerm.objects.filter(verified=True, source="").exists()
    assert OfficeTerm.objects.filter(verified=False).count() == 1
    for office in Office.objects.all():
        terms = list(office.terms.order_by("valid_from"))
        for earlier, later in pairwise(terms):
            assert earlier.valid_to is not None
            assert earlier.valid_to < later.valid_from
