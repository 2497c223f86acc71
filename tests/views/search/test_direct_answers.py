"""A query that names a page exactly."""

import pytest
from support import rows

from statements.views.direct_answers import direct_answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive() -> None:
    kazakhstan = rows.country("KAZ")
    rows.meeting("S/PV.8699 (Resumption 1)", organ="Security Council")
    rows.speaker("Umarov", honorific="Mr.", country=kazakhstan, slug="umarov-kaz")
    rows.speaker("Umarov", honorific="Mr.", slug="umarov")
    rows.speaker("J. A. Weir", honorific="Ms.", slug="weir")
    rows.topic("Floods and early warning", slug="floods")


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    ("query", "urls"),
    [
        ("S/PV.8699 (Resumption 1)", ["/meeting/s-pv-8699-resumption-1/"]),
        ("s_pv.8699resumption1", ["/meeting/s-pv-8699-resumption-1/"]),
        ("S/PV.8699", []),
        ("kazakhstan", ["/country/KAZ/"]),
        ("“Republic of Kazakhstan”", ["/country/KAZ/"]),
        ("KAZ", ["/country/KAZ/"]),
        ("Guinea", ["/country/GIN/"]),  # and neither Equatorial Guinea nor Guinea-Bissau
        ("UMAROV", ["/speaker/umarov/", "/speaker/umarov-kaz/"]),
        ("Mr. Umarov", ["/speaker/umarov/", "/speaker/umarov-kaz/"]),
        ("Mr Umarov (Kazakhstan)", ["/speaker/umarov-kaz/"]),
        ("Umarov (Nowhere)", []),
        ("J A Weir", ["/speaker/weir/"]),
        ("Ms. J.A. Weir", ["/speaker/weir/"]),
        ("A. Weir", []),
        ("floods and early warning", ["/topic/floods/"]),
        ("floods", []),
        ("", []),
        ('""', []),
        ("Umarov\x00", []),
        ("x" * 512, []),
        ("(" * 500, []),
    ],
)
def test_only_an_exact_name_leads_to_its_page(query: str, urls: list[str]) -> None:
    assert [answer.url for answer in direct_answers(query)] == urls
