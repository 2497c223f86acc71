"""The tools: what each asks for and returns, and how a call is answered.

Tools that search call the operations of the API, whose parameters and errors are theirs.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.http import QueryDict

from archive.database.outage import outage
from archive.database.watchdog import watchdog
from archive.languages import in_default_language
from archive.middleware.fault_kinds import UNREACHABLE, kind_of
from statements.api.search import describe_parameter
from statements.assistants import answers, reading, searching, votes
from statements.assistants.arguments import Refusal, input_schema, read
from statements.search import InvalidParameters

logger = logging.getLogger(__name__)

_ID = describe_parameter(
    "id", "Id or address of a speech.", {"type": "string", "minLength": 1, "maxLength": 2_000}
)
_NUMBER = {"type": "integer", "minimum": 1}


@dataclass(frozen=True)
class Tool:
    name: str
    title: str
    description: str
    parameters: Sequence[Mapping[str, Any]]  # as the API describes them
    required: Sequence[str]
    answer: type[answers.Answer]
    # from the arguments, and the beginning of absolute addresses
    work: Callable[[QueryDict, str], Any]

    @cached_property
    def input_schema(self) -> dict[str, Any]:
        return input_schema(self.parameters, self.required)

    @cached_property
    def output_schema(self) -> dict[str, Any]:
        return self.answer.model_json_schema(mode="serialization")


_TOOLS = (
    Tool(
        "search",
        "Search speeches",
        "Find speeches by their words and filters. Returns the best passages as quotations with "
        "the addresses of their sentences, and exact counts.",
        searching.SEARCH,
        (),
        answers.SearchAnswer,
        searching.search,
    ),
    Tool(
        "first_use",
        "Find the first use of words",
        "Find the earliest sentence in the archive that uses the words of a query, and count all "
        "uses. Earlier uses may exist outside of the archive.",
        searching.FIRST_USE,
        ("q",),
        answers.FirstUseAnswer,
        searching.first_use,
    ),
    Tool(
        "speech",
        "Read a speech",
        "Return the text of a speech in paragraphs, with its citation and source. Long speeches "
        f"are returned in parts of about {reading.MAX_CHARACTERS:,} characters.",
        (
            _ID,
            describe_parameter(
                "first_paragraph", "Where the part begins. Default: 1.", {**_NUMBER}
            ),
        ),
        ("id",),
        answers.SpeechAnswer,
        reading.speech,
    ),
    Tool(
        "paragraph",
        "Quote a paragraph or a sentence",
        "Return a spoken paragraph of a speech, or one of its sentences, with its citation and "
        "address.",
        (
            _ID
            | {
                "description": "Address of a paragraph or sentence, or id or address of a speech, "
                "which needs “paragraph”."
            },
            describe_parameter("paragraph", "Its number in the speech, from 1.", {**_NUMBER}),
            describe_parameter(
                "sentence", "Its number in the paragraph. Default: all sentences.", {**_NUMBER}
            ),
        ),
        ("id",),
        answers.ParagraphAnswer,
        reading.paragraph,
    ),
    Tool(
        "concordance",
        "List words in context",
        "Return every occurrence of the words of a query with the words around it and the address "
        "of its sentence.",
        searching.CONCORDANCE,
        ("q",),
        answers.ConcordanceAnswer,
        searching.concordance,
    ),
    Tool(
        "trend",
        "Count words over time",
        "Count speeches and mentions per year, decade or month, for up to six queries, countries "
        "or groups of States. To compare periods, divide by all speeches or words of each.",
        searching.TREND,
        ("q",),
        answers.TrendAnswer,
        searching.trend,
    ),
    Tool(
        "compare",
        "Compare two series",
        "Return what two queries, countries or groups of States have in the same year, session or "
        "meeting: the number of speeches, and the best passage as a quotation.",
        searching.COMPARE,
        ("q",),
        answers.CompareAnswer,
        searching.compare,
    ),
    Tool(
        "vote",
        "Look up recorded votes",
        "Return recorded votes of a meeting, on a document, or of a country, the latest first: "
        "what was voted on, the outcome, the totals, and how delegations voted.",
        votes.PARAMETERS,
        (),
        answers.VoteAnswer,
        votes.vote,
    ),
)
TOOLS: Mapping[str, Tool] = {tool.name: tool for tool in _TOOLS}


def answer(tool: Tool, arguments: Mapping[str, Any], origin: str) -> answers.Answer:
    """Return the answer to a call. ``origin`` is the beginning of absolute addresses.

    Raises Refusal, with sentences that say what to do, for a call that cannot be answered.
    """
    query = read(arguments, tool.input_schema)
    try:
        return _repeated_once(lambda: _answer(tool, query, origin))
    except InvalidParameters as invalid:
        raise Refusal(searching.sentences(invalid.errors, invalid.repaired)) from invalid
    except Refusal:
        raise
    except Exception as error:
        fault = kind_of(error, is_read=True)
        if fault is None:
            raise
        logger.warning("%s: %s", tool.name, str(error).partition("\n")[0] or type(error).__name__)
        raise Refusal(str(fault.sentence)) from error


@in_default_language
def _answer(tool: Tool, query: QueryDict, origin: str) -> answers.Answer:
    value = tool.work(query, origin)
    return tool.answer.model_validate(value, from_attributes=True, context={"origin": origin})


def _repeated_once[Result](work: Callable[[], Result]) -> Result:
    """Return the result of work that only reads; repeat it once after a fault of the moment."""
    with outage.bounded_request(), watchdog.watched(connections[DEFAULT_DB_ALIAS]):
        try:
            return work()
        except Exception as error:
            fault = kind_of(error, is_read=True)
            if fault is None or not fault.is_transient or connection.in_atomic_block:
                raise
            if fault is UNREACHABLE:
                connection.close()
            return work()


def answer_in_thread(tool: Tool, arguments: Mapping[str, Any], origin: str) -> answers.Answer:
    """Answer a call in a thread of its own, as ``answer`` does, with a connection of its own:
    assistants call seldom, and an open connection would lie idle between the calls."""
    try:
        return answer(tool, arguments, origin)
    finally:
        connections.close_all()
