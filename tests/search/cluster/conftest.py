"""A node of OpenSearch for the tests, which are skipped, saying so, where it cannot run."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.cluster.distribution import (
    DEFAULT_RELEASE,
    RELEASES,
    ClusterError,
    cache_folder,
    install,
)
from archive.cluster.nodes import Cluster, Ports
from archive.firstrun.state import make_private
from statements.search.opensearch import client
from statements.search.opensearch.storage import state

BACKEND = "statements.search.backends.opensearch.OpenSearchBackend"


@pytest.fixture(scope="session")
def cluster_urls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Yield the addresses of a running node. ``CLUSTER=required`` makes it a failure if there can
    be none."""
    release = RELEASES[DEFAULT_RELEASE]
    try:
        installation = install(release, cache_folder())
        folder = Path("/var/tmp") / f"rostrum-cluster-{os.getpid()}"  # noqa: S108
        make_private(folder, open_to_pass=True)
        cluster = Cluster(release, installation, folder, [free_ports()])
        cluster.start()
    except ClusterError as error:
        if os.environ.get("CLUSTER") == "required":
            raise
        pytest.skip(f"NO CLUSTER: {error}")
    try:
        yield cluster.urls
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def free_ports() -> Ports:
    with socket.socket() as http, socket.socket() as transport:
        http.bind(("127.0.0.1", 0))
        transport.bind(("127.0.0.1", 0))
        return Ports(http.getsockname()[1], transport.getsockname()[1])


@pytest.fixture
def cluster(cluster_urls: list[str], settings: Any) -> Iterator[None]:
    """Have the cluster answer the searches of a test, which begin without an index."""
    settings.SEARCH_URLS = settings.CLUSTER_URLS = cluster_urls
    settings.SEARCH_REPLICAS = 0
    settings.SEARCH_BACKEND = BACKEND
    settings.SEARCH_PREFIX = f"test-{os.getpid()}"
    client.client.cache_clear()
    state.forget()
    yield
    state.discard([int(name.rpartition("-")[2]) for name in state.names()])
    state.forget()
    client.client.cache_clear()
