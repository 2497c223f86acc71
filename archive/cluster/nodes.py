"""Nodes of an OpenSearch cluster on the loopback interface of this machine."""

import json
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.cluster.distribution import ClusterError, Release, java_home
from archive.firstrun.postgres_user import credentials, service_user
from archive.firstrun.processes import end_with_parent

HOST = "127.0.0.1"
START_TIMEOUT_S = 300
STOP_TIMEOUT_S = 20
# a node that does not answer is left out after four seconds instead of half a minute
_FAULT_DETECTION = {
    "cluster.fault_detection.leader_check.interval": "1s",
    "cluster.fault_detection.leader_check.timeout": "2s",
    "cluster.fault_detection.leader_check.retry_count": 2,
    "cluster.fault_detection.follower_check.interval": "1s",
    "cluster.fault_detection.follower_check.timeout": "2s",
    "cluster.fault_detection.follower_check.retry_count": 2,
}


@dataclass(frozen=True)
class Ports:
    http: int
    transport: int


class Cluster:
    """Nodes that this process starts and stops. Their data stay in a folder."""

    def __init__(
        self,
        release: Release,
        installation: Path,
        folder: Path,
        ports: Sequence[Ports],
        heap: str = "512m",
    ) -> None:
        """Raises ClusterError if no Java runs the release."""
        self.ports, self.folder = ports, folder
        self._installation, self._heap = installation, heap
        self._java = java_home(release)
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    @property
    def urls(self) -> list[str]:
        """The addresses of all nodes, for the setting ``SEARCH_URLS``."""
        return [f"http://{HOST}:{ports.http}" for ports in self.ports]

    # -- nodes, counted from 0 ---------------------------------------------------------------------

    def start(self) -> None:
        """Start all nodes, and wait until they have joined. Raises ClusterError, after which no
        node runs."""
        try:
            for number in range(len(self.ports)):
                self.start_node(number)
            self.wait_for(len(self.ports))
        except BaseException:
            self.stop()
            raise

    def start_node(self, number: int) -> None:
        """Start one node, without waiting until it has joined."""
        owner = service_user()
        home = self.folder / f"node-{number + 1}"
        configuration = home / "config"
        for folder in (home, configuration, home / "temporary", home / "logs", home / "data"):
            folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(self._installation / "config/log4j2.properties", configuration)
        (configuration / "jvm.options").write_text(self._java_options(home))
        (configuration / "opensearch.yml").write_text(
            "".join(
                f"{name}: {json.dumps(value)}\n" for name, value in self._settings(number).items()
            )
        )
        if os.geteuid() == 0:
            for path in (home, *home.rglob("*")):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "OPENSEARCH_PATH_CONF": str(configuration),
            "OPENSEARCH_JAVA_HOME": str(self._java),
            "OPENSEARCH_JAVA_OPTS": f"-Xms{self._heap} -Xmx{self._heap} -XX:-UsePerfData",
            "OPENSEARCH_TMPDIR": str(home / "temporary"),
        }
        with (home / "output.log").open("ab") as output:
            self._processes[number] = subprocess.Popen(  # noqa: S603
                [self._installation / "bin/opensearch"],
                env=environment,
                cwd=home,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
                preexec_fn=end_with_parent(),
                **credentials(owner),
            )

    def signal_node(self, number: int, name: signal.Signals) -> None:
        """Send a signal to one node: SIGKILL, or SIGSTOP and SIGCONT to freeze it."""
        process = self._processes[number]
        process.send_signal(name)
        if name is signal.SIGKILL:
            process.wait()
            del self._processes[number]

    def stop(self) -> None:
        """Stop the nodes that run."""
        for process in self._processes.values():
            process.send_signal(signal.SIGCONT)
            process.terminate()
        deadline = time.monotonic() + STOP_TIMEOUT_S
        for process in self._processes.values():
            try:
                process.wait(max(0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()

    def cpu_seconds(self) -> float:
        """Return the seconds of CPU that the running nodes have used."""
        ticks = 0
        for process in self._processes.values():
            status = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(status[11]) + int(status[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    # -- the cluster -------------------------------------------------------------------------------

    def wait_for(self, nodes: int, status: str = "yellow") -> None:
        """Wait until so many nodes have joined, and all indexes have a status. Raises
        ClusterError."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            for number, process in self._processes.items():
                if process.poll() is not None:
                    raise ClusterError(
                        f"Node {number + 1} ended with status {process.returncode}:\n"
                        + self._last_lines(number)
                    )
            health = self._health(status)
            if health.get("number_of_nodes", 0) >= nodes and not health.get("timed_out", True):
                return
            time.sleep(0.25)
        raise ClusterError(f"The nodes did not join within {START_TIMEOUT_S} seconds.")

    def _health(self, status: str) -> Mapping[str, Any]:
        for number in self._processes:
            url = f"{self.urls[number]}/_cluster/health?wait_for_status={status}&timeout=1s"
            try:
                with urllib.request.urlopen(url, timeout=3) as answer:  # noqa: S310
                    health: Mapping[str, Any] = json.load(answer)
                    return health
            except (OSError, urllib.error.URLError, ValueError):
                continue
        return {}

    def _last_lines(self, number: int) -> str:
        path = self.folder / f"node-{number + 1}" / "output.log"
        return "\n".join(path.read_text(errors="replace").splitlines()[-12:])

    def _java_options(self, home: Path) -> str:
        options = [
            "-XX:+UseSerialGC",
            f"-Djava.io.tmpdir={home / 'temporary'}",
            f"-XX:ErrorFile={home / 'logs/fatal.log'}",
        ]
        agent = self._installation / "agent/opensearch-agent.jar"
        if agent.exists():
            options.append(f"21-:-javaagent:{agent}")
        return "\n".join(options) + "\n"

    def _settings(self, number: int) -> dict[str, Any]:
        home = self.folder / f"node-{number + 1}"
        names = [f"node-{place + 1}" for place in range(len(self.ports))]
        return {
            "cluster.name": "rostrum",
            "node.name": names[number],
            "network.host": HOST,
            "http.port": self.ports[number].http,
            "transport.port": self.ports[number].transport,
            "discovery.seed_hosts": [f"{HOST}:{ports.transport}" for ports in self.ports],
            "cluster.initial_cluster_manager_nodes": names,
            "path.data": str(home / "data"),
            "path.logs": str(home / "logs"),
            # the disk of a developer is often nearly full
            "cluster.routing.allocation.disk.threshold_enabled": False,
            "node.processors": 2,
            "action.auto_create_index": False,
            **_FAULT_DETECTION,
        }
