"""Whether searches can be served, and how far behind the index is, for operators."""

from statements.search import outbox
from statements.search.results import SearchUnavailable, read_backlog, readable_snapshot, state


def readiness() -> tuple[str, dict[str, object]]:
    """One word on the index, and figures. An index that lags is ready: it says so itself."""
    backlog = read_backlog()
    figures: dict[str, object] = {
        "outbox": {
            "age_s": round(backlog.lag_s, 3),
            "waiting": backlog.waiting,
            "quarantined": backlog.quarantined,
        }
    }
    try:
        told = state(readable_snapshot(), backlog)
    except SearchUnavailable:
        return "cannot be read", figures
    figures["generation"] = told.generation
    figures["complete"] = told.complete
    figures["worker"] = outbox.held(outbox.Lock.WORKER)
    return ("ok" if told.complete or backlog.quarantined else "incomplete"), figures
