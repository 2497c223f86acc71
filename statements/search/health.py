"""Whether searches can be served, and how far behind the index is, for operators."""

from statements.search import outbox
from statements.search.asking import (
    SearchUnavailable,
    is_whole,
    read_backlog,
    readable_snapshot,
)

OLD_S = 300  # an outbox older than that means that no worker is at work


def readiness() -> tuple[dict[str, str], dict[str, object]]:
    """A word on the index and one on the outbox, "ok" where all is well; and figures."""
    backlog = read_backlog()
    old = backlog.lag_s > OLD_S
    checks = {"index": "ok", "outbox": f"not emptied for {backlog.lag_s:.0f} s" if old else "ok"}
    figures: dict[str, object] = {
        "outbox": {
            "age_s": round(backlog.lag_s, 3),
            "waiting": backlog.waiting,
            "quarantined": backlog.quarantined,
        },
        "worker": outbox.held(outbox.Lock.WORKER),
    }
    try:
        snapshot = readable_snapshot()
    except SearchUnavailable:
        checks["index"] = "cannot be read"
    else:
        checks["index"] = "ok" if is_whole(snapshot) else "incomplete"
        figures["generation"] = snapshot.name
        figures["speeches"] = snapshot.count
    return checks, figures
