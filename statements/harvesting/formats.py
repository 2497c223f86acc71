"""The metadata formats in which records are given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, fromstring, register_namespace

from archive.languages import in_default_language
from statements.exports.interchange.dublin_core import elements
from statements.exports.interchange.xml import printable
from statements.exports.markup import tei
from statements.exports.markup.debate import speech_documents
from statements.models import Speech

_DC = "http://purl.org/dc/elements/1.1/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMA_LOCATION = f"{{{_XSI}}}schemaLocation"

# primary keys of speeches and the beginning of absolute addresses, to the element of each speech
# that is public
Writer = Callable[[Sequence[int], str], Mapping[int, Element]]


@dataclass(frozen=True, slots=True)
class MetadataFormat:
    prefix: str
    schema: str  # address of the XML schema
    namespace: str
    page_size: int  # records in a part of a list
    write: Writer


@in_default_language
def _dublin_core(keys: Sequence[int], origin: str) -> Mapping[int, Element]:
    speeches = Speech.objects.for_citation().prefetch_related("topics", "transcript__series")
    return {speech.pk: _dc(speech, origin) for speech in speeches.filter(pk__in=keys)}


def _dc(speech: Speech, origin: str) -> Element:
    record = Element(f"{{{OAI_DC.namespace}}}dc")
    record.set(SCHEMA_LOCATION, f"{OAI_DC.namespace} {OAI_DC.schema}")
    for name, value in elements(speech, origin):
        SubElement(record, f"{{{_DC}}}{name}").text = printable(value)
    return record


OAI_DC = MetadataFormat(
    prefix="oai_dc",
    schema="http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
    namespace="http://www.openarchives.org/OAI/2.0/oai_dc/",
    page_size=100,
    write=_dublin_core,
)


def _tei(keys: Sequence[int], origin: str) -> Mapping[int, Element]:
    documents = speech_documents(keys, origin)
    return {key: fromstring("".join(tei.write(debate))) for key, debate in documents.items()}  # noqa: S314 - our own


TEI = MetadataFormat(
    prefix="tei",
    schema="http://www.tei-c.org/release/xml/tei/custom/schema/xsd/tei_all.xsd",
    namespace="http://www.tei-c.org/ns/1.0",
    page_size=25,
    write=_tei,
)
FORMATS: Mapping[str, MetadataFormat] = {listed.prefix: listed for listed in (OAI_DC, TEI)}

register_namespace("oai_dc", OAI_DC.namespace)
register_namespace("tei", TEI.namespace)
register_namespace("dc", _DC)
register_namespace("xsi", _XSI)
