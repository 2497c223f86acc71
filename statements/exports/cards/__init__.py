"""Cards: a speech or a quotation drawn as a picture, for sites that show links.

``draw`` makes the PNG, ``kept`` keeps it on disk. Nothing here reads the database.
"""

from statements.exports.cards.drawing import HEIGHT, WIDTH, Card
from statements.exports.cards.store import kept

__all__ = ["HEIGHT", "WIDTH", "Card", "kept"]
