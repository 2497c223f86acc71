"""Answers one question as a whole, with what is offered beside its hits."""

from dataclasses import replace

from statements.search.features.did_you_mean import suggestion
from statements.search.opensearch.alternatives import ClusterSpelling, partial_hits, related_hits
from statements.search.opensearch.answers import answer_question
from statements.search.opensearch.requesting.requests import SearchRequest
from statements.search.protocol import Answer, IndexState


def answer_with_alternatives(request: SearchRequest, index: IndexState) -> Answer:
    """Answer a question. Raises SearchUnavailable."""
    question = request.question
    answer = answer_question(request, index)
    related = related_hits(request) if question.related else None
    partial = None
    if question.partial:
        partial = partial_hits(request, related.hits if related else ())
    corrected = None
    if question.spelling and request.tree.leaves:
        corrected = suggestion(ClusterSpelling(request), question.spelling, answer.total)
    return replace(answer, related=related, partial=partial, suggestion=corrected)
