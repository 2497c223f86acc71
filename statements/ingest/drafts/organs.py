"""The organs of the United Nations, by the series of their documents."""

from statements.transcripts.values.symbols import Symbol

ORGANS = {
    "S": "Security Council",
    "A": "General Assembly",
    "E": "Economic and Social Council",
    "T": "Trusteeship Council",
    "A/C.1": "First Committee",
    "A/C.2": "Second Committee",
    "A/C.3": "Third Committee",
    "A/C.4": "Fourth Committee",
    "A/C.5": "Fifth Committee",
    "A/C.6": "Sixth Committee",
}


def organ_of(symbol: Symbol) -> str:
    """Return the organ whose series of documents has this symbol, or "" if unknown."""
    parts = symbol.series.split("/")
    if len(parts) > 1 and parts[1].startswith("C."):
        return ORGANS.get("/".join(parts[:2]), "")
    return ORGANS.get(parts[0], "")
