"""The indexes of the cluster: one of speeches, one of the terms of the archive, and their version.

Of a text three fields are kept: its terms by place, its terms with their scores in the place of
frequencies, and the saturation of its length, by which phrases are scored when they are searched.
``_source`` leaves all of these out: texts come from the database.
"""

from typing import Any

from statements.search.fields import FACET_FIELDS, HEAD_FIELDS, MANY_VALUED, TEXT_FIELD
from statements.search.index.schema import INDEX_VERSION

PARAGRAPHS = "paragraphs"  # the path of the nested documents
CLUSTER_VERSION = 1  # raise it with every change of what is stored here

# scores of terms, at most 2.2, as whole numbers: a float of Lucene has 24 bits
SCALE = 1 << 21
SEPARATOR = "|"  # between terms of one place, and between a term and its score
HEAD_TERMS = f"{PARAGRAPHS}.head"  # the terms of the head, again in each paragraph
MAX_BUCKETS = 60_000  # of one list of values; the cluster allows 65,535 in all


def terms_field(field: str) -> str:
    """Return the field with the terms of a text by place."""
    return f"{PARAGRAPHS}.{field}" if field == TEXT_FIELD else field


def scores_field(field: str) -> str:
    return f"{terms_field(field)}_scores"


def saturation_field(field: str) -> str:
    return f"{terms_field(field)}_saturation"


def version() -> str:
    """Return the version that an index must have to be read."""
    return f"{CLUSTER_VERSION}.{INDEX_VERSION}"


def settings(shards: int, replicas: int) -> dict[str, Any]:
    return {
        "index": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "refresh_interval": "1s",
            "max_result_window": 100_000,
            "mapping.nested_objects.limit": 200_000,
            "similarity": {
                "score": {
                    "type": "scripted",
                    "script": {"source": "return query.boost * doc.freq"},
                }
            },
        },
        "analysis": {
            "filter": {
                "one_place": {
                    "type": "pattern_capture",
                    "preserve_original": False,
                    "patterns": [f"([^{SEPARATOR}]+)"],
                },
                "score": {"type": "delimited_term_freq", "delimiter": SEPARATOR},
            },
            "analyzer": {
                "places": {"tokenizer": "whitespace", "filter": ["one_place"]},
                "scores": {"tokenizer": "whitespace", "filter": ["score"]},
            },
        },
    }


_KEYWORD = {"type": "keyword"}
_NUMBER = {"type": "integer"}
_PLACES = {"type": "text", "analyzer": "places", "norms": False, "similarity": "score"}
_SCORES = {
    "type": "text", "analyzer": "scores", "norms": False, "similarity": "score",
    "index_options": "freqs",
}  # fmt: skip
_SATURATION = {"type": "double", "index": False}


def _text(name: str) -> dict[str, Any]:
    return {name: _PLACES, f"{name}_scores": _SCORES, f"{name}_saturation": _SATURATION}


def speeches_mapping(*, complete: bool = False) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "speech": {"type": "long"},
        "content_hash": _KEYWORD,
        # dates are ordinal days; "day" is the first that a speech can have been made on, and
        # "day_or_last" the same but greater than any where nothing is known
        **{
            name: _NUMBER
            for name in (
                "date",
                "day",
                "day_or_last",
                "year",
                "month",
                "decade",
                "position",
                "words",
            )
        },
        "meeting_order": _KEYWORD,
        PARAGRAPHS: {
            "type": "nested",
            "properties": {
                "position": _NUMBER,
                "words": _NUMBER,
                "head": _PLACES,
                **_text(TEXT_FIELD),
            },
        },
    }
    for name in (*FACET_FIELDS, *MANY_VALUED):
        # the second has the values without their case
        properties |= {name: _KEYWORD, f"{name}_casefolded": _KEYWORD}
    for name in HEAD_FIELDS:
        properties |= _text(name)
    excluded = [f"{PARAGRAPHS}.*", *(f"{name}*" for name in HEAD_FIELDS)]
    return {
        "dynamic": "strict",
        "_meta": {"version": version(), "complete": complete},
        "_source": {"excludes": excluded},
        "properties": properties,
    }


def terms_mapping() -> dict[str, Any]:
    return {
        "dynamic": "strict",
        "_meta": {"version": version()},
        "properties": {
            **{name: _KEYWORD for name in ("term", "keys", "fields", "languages")},
            "paragraphs": {"type": "long"},  # with the term, when the index was built
            "commit": {"type": "long"},
        },
    }
