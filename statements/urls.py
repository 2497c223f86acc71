"""Addresses of the archive's pages. Every one stays: what is cited must be found again."""

from django.urls import URLPattern, URLResolver, path, register_converter

from statements.api.v1 import api
from statements.views import browsing, home, reading, searching, subjects


class FourDigits:
    regex = "[0-9]{4}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04d}"


class TwoDigits(FourDigits):
    regex = "[0-9]{2}"

    def to_url(self, value: int) -> str:
        return f"{value:02d}"


class CountryCode:
    regex = "[A-Za-z][A-Za-z0-9-]{1,11}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Sha256(CountryCode):
    regex = "[0-9a-f]{64}"


register_converter(FourDigits, "yyyy")
register_converter(TwoDigits, "mm")
register_converter(CountryCode, "code")
register_converter(Sha256, "sha256")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("about/", home.about, name="about"),
    path("help/", home.search_help, name="help"),
    path("api/v1/", api.urls),
    path("search/", searching.search, name="search"),
    path("speech/<slug:public_id>/", reading.speech, name="speech"),
    path("meetings/", subjects.meetings, name="meetings"),
    path("meeting/<slug:slug>/", reading.meeting, name="meeting"),
    path("countries/", subjects.countries, name="countries"),
    path("country/<code:code>/", subjects.country, name="country"),
    path("speakers/", subjects.speakers, name="speakers"),
    path("speaker/<slug:slug>/", subjects.speaker, name="speaker"),
    path("topics/", subjects.topics, name="topics"),
    path("topic/<slug:slug>/", subjects.topic, name="topic"),
    path("transcript/<sha256:sha256>/", reading.transcript, name="transcript"),
    path("transcript/<sha256:sha256>/original", reading.original, name="original"),
    path("browse/", browsing.years, name="browse"),
    path("browse/undated/", browsing.undated, name="browse-undated"),
    path("browse/<yyyy:year>/", browsing.year, name="browse-year"),
    path("browse/<yyyy:year>/<mm:month>/", browsing.month, name="browse-month"),
    path("browse/<yyyy:year>/<mm:month>/<mm:day>/", browsing.day, name="browse-day"),
]
