"""Validates documents with the published schemas, which stand beside the repository."""

from copy import deepcopy
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

SCHEMAS = Path(__file__).resolve().parents[4] / "shared" / "schemas"
_RELAX = "{http://relaxng.org/ns/structure/1.0}"


def faults(document: str) -> list[str]:
    """Return what a schema finds wrong with a document; the test is skipped without the schemas."""
    root = etree.fromstring(document.encode())
    if not SCHEMAS.is_dir():
        pytest.skip(f"there are no schemas to validate with in {SCHEMAS}")
    is_tei = etree.QName(root).localname == "TEI"
    schema = _relax_ng(root) if is_tei else _xml_schema("akomantoso30.xsd")
    schema.validate(root)
    return [f"line {entry.line}: {entry.message}" for entry in schema.error_log]


def _relax_ng(root: etree._Element) -> etree.RelaxNG:
    """Return the schema of Parla-CLARIN without the elements that do not occur in a document. What
    it accepts, the whole schema accepts too, which lxml does not finish to load."""
    names = {etree.QName(element).localname for element in root.iter(etree.Element)}
    tree = deepcopy(_parsed("parla-clarin.rng"))
    for element in list(tree.iter(f"{_RELAX}element")):
        definition = element.getparent()
        if element.get("name") not in names:
            definition.remove(element)
            etree.SubElement(definition, f"{_RELAX}notAllowed")
    return etree.RelaxNG(tree)


@cache
def _parsed(name: str) -> etree._ElementTree:
    return etree.parse(SCHEMAS / name)


@cache
def _xml_schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(_parsed(name))
