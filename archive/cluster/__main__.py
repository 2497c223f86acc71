"""``make cluster``: start nodes on this machine, print the setting that uses them, and stop them at
Ctrl-C.

``NODES`` is their number, 3 unless given; ``CLUSTER_PORT`` the first of their ports, 9210 unless
given; ``OPENSEARCH_VERSION`` one of the releases that are known.
"""

import os
import signal
import sys
from collections.abc import Sequence

from archive.cluster.distribution import (
    DEFAULT_RELEASE,
    RELEASES,
    ClusterError,
    cache_folder,
    install,
    java_home,
)
from archive.cluster.nodes import Cluster, Ports
from archive.firstrun.processes import say
from archive.firstrun.state import StateError, state_dir

MAX_NODES = 9


def number_of(name: str, default: int, lowest: int, highest: int) -> int:
    """Return a number of the environment. Raises ClusterError."""
    text = os.environ.get(name, "") or str(default)
    if not text.isdecimal() or not lowest <= int(text) <= highest:
        raise ClusterError(f"{name} must be a number from {lowest} to {highest}, not {text!r}.")
    return int(text)


def run() -> None:
    """Start the nodes and wait for a signal. Raises ClusterError and StateError."""
    version = os.environ.get("OPENSEARCH_VERSION", "") or DEFAULT_RELEASE
    if version not in RELEASES:
        raise ClusterError(f"OPENSEARCH_VERSION must be one of {', '.join(RELEASES)}.")
    release = RELEASES[version]
    nodes = number_of("NODES", 3, 1, MAX_NODES)
    port = number_of("CLUSTER_PORT", 9210, 1024, 65_000)
    java_home(release)
    say(f"Installing OpenSearch {version} in the cache, if it is not there …")
    installation = install(release, cache_folder())
    ports = [Ports(port + place, port + 100 + place) for place in range(nodes)]
    cluster = Cluster(release, installation, state_dir() / f"cluster-{version}", ports)
    say("Starting the nodes; this takes about half a minute …")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        cluster.start()
        say(f"The cluster has {nodes} {'node' if nodes == 1 else 'nodes'}. To use it:")
        say(f"  SEARCH_URLS={','.join(cluster.urls)} make run")
        say("Press Ctrl-C to stop it; what it holds is kept.")
        signal.pause()
    except KeyboardInterrupt:
        say("Stopping the nodes …")
    finally:
        cluster.stop()


def main(arguments: Sequence[str] = ()) -> int:
    try:
        run()
    except (ClusterError, StateError) as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
