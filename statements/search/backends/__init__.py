"""The search engines behind the archive. Each implements ``statements.search.protocol``: ``whoosh``
does over the archive's own index. The setting ``SEARCH_BACKEND`` names the class in use.
"""

from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from statements.search.protocol import SearchBackend


def search_backend() -> SearchBackend:
    """Return the search backend of this process, an instance of the class in the settings."""
    return _backend(settings.SEARCH_BACKEND)


@lru_cache(maxsize=4)
def _backend(path: str) -> SearchBackend:
    backend: SearchBackend = import_string(path)()
    return backend
