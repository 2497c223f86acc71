"""Search. Everything outside of this package imports from here alone, except for the outbox
(``indexing.outbox``), which commands tell how urgent their changes are, and ``indexing.malloc``.
The names are those of ``public_api``.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from statements.search.index.formats.unpickling import restrict_whoosh

if TYPE_CHECKING:
    from statements.search.public_api import *  # noqa: F403

# before any module of this package can have Whoosh read a file
restrict_whoosh()


_SUBMODULES = frozenset(module.name for module in iter_modules(__path__))  # noqa: F405


def __getattr__(name: str) -> Any:
    """Import ``public_api`` on first use: it needs the models, which are not there yet when
    ``archive.serving`` imports this package."""
    if name.startswith("__") or name in _SUBMODULES:  # the latter are imported by their names
        raise AttributeError(name)
    value = globals()[name] = getattr(import_module("statements.search.public_api"), name)
    return value
