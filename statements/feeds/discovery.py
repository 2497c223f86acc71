"""What programs find this archive by: a description of its search for browsers (OpenSearch 1.1,
https://github.com/dewitt/opensearch), completions in its form, and llms.txt
(https://llmstxt.org) for language models.
"""

import json
from xml.etree.ElementTree import Element, SubElement, tostring

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse

from statements.addresses import origin
from statements.exports.interchange.xml import printable
from statements.models import Speech
from statements.search import SearchUnavailable, autocomplete, limits

_NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"
_LONGEST_NAME = 16  # characters
_SUGGESTIONS = "application/x-suggestions+json"


def opensearch(request: HttpRequest) -> HttpResponse:
    """Answer with the description by which a browser adds this search to its own."""
    site = origin(request)
    description = Element("OpenSearchDescription", xmlns=_NAMESPACE)
    for name, value in (
        ("ShortName", settings.SITE_NAME[:_LONGEST_NAME]),
        ("Description", f"Search the speeches of {settings.SITE_NAME}"),
        ("InputEncoding", "UTF-8"),
        ("OutputEncoding", "UTF-8"),
    ):
        SubElement(description, name).text = printable(value)
    icon = {"width": "16", "height": "16", "type": "image/svg+xml"}
    SubElement(description, "Image", icon).text = f"{site}{static('images/mark.svg')}"
    for media_type, name in (
        ("text/html", "search"),
        ("application/atom+xml", "feed"),
        (_SUGGESTIONS, "suggestions"),
    ):
        template = f"{site}{reverse(name)}?q={{searchTerms}}"
        SubElement(description, "Url", {"type": media_type, "template": template})
    content = tostring(description, encoding="utf-8", xml_declaration=True)
    return HttpResponse(content, content_type="application/opensearchdescription+xml")


def suggestions(request: HttpRequest) -> HttpResponse:
    """Answer with what is typed and its completions, as browsers expect them."""
    typed = request.GET.get("q", "")
    queries: list[str] = []
    if len(typed) <= limits.MAX_QUERY_CHARACTERS:
        try:
            queries = [each.q for each in autocomplete(typed).completions]
        except SearchUnavailable:
            pass  # no completions are better than an error while somebody types
    return HttpResponse(json.dumps([typed, queries]), content_type=_SUGGESTIONS)


def llms(request: HttpRequest) -> HttpResponse:
    """Answer with what this archive holds and where programs read it, in Markdown."""
    site = origin(request)
    totals = Speech.objects.totals()
    years = (
        f", from {totals['first_year']} to {totals['last_year']}" if totals["first_year"] else ""
    )
    held = ", ".join(f"{totals[name]:,} {name}" for name in ("speeches", "meetings", "speakers"))
    package = f"- [The whole archive]({site}{reverse('data')}): JSON Lines, TEI, Akoma Ntoso\n"
    if not settings.PUBLISH_DATA:
        package = ""
    text = f"""# {settings.SITE_NAME}

> An archive of what people said on the record: {held}{years}. Every speech, paragraph and sentence
> has a permanent address. Quote the words of a speech and cite that address; the archive itself
> makes no summaries.

## Searching and reading

- [Search]({site}{reverse("search")}?q=water): words, "phrases", speaker:, country:, year:2010..2014
- [Query language]({site}{reverse("help")}): all that a query can say
- [Coverage]({site}{reverse("coverage")}): sources, their terms, and what is missing
- A speech: {site}/speech/ID/ as a page; with .txt, .json, .bib, .ris, .csl.json, .tei.xml, .akn.xml
  or .epub in place of the last slash, as a file. A sentence: {site}/speech/ID/#p4s2

## For programs

- [JSON API]({site}{reverse("api-v1:openapi-view")}): search, key words in context, trends, lists of
  speeches, meetings, speakers, countries, documents and votes
- [OpenAPI description]({site}{reverse("api-v1:openapi-json")})
- [What changed]({site}{reverse("api-v1:changes")}): speeches in the order of their last change, and
  those that were withdrawn
- [OAI-PMH]({site}{reverse("oai")}?verb=Identify): Dublin Core and TEI
- Model Context Protocol: {site}/mcp, if this server offers it
{package}- A search as a table: {site}/search.csv?q=water, also .jsonl, .json, .xlsx and .txt; as
  citations: .bib, .ris and .csl.json; as a book: .epub
- The speeches of a country, meeting, session, organ, speaker, topic, document, year or kept result
  in the same formats: {site}/country/NOR.csv, {site}/browse/1994.jsonl; a meeting also as .tei.xml
  and .akn.xml
- Crawlers are asked to stay out of pages of results, because their number is unlimited
  ({site}/robots.txt). Files of searches and the API are for what a reader asks.
- [Sitemap]({site}{reverse("sitemap")})
"""
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
