"""The figures in the format of Prometheus.

Every sample is measured when it is requested and stored nowhere, so that any process of the server
can answer.
"""

from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from statements.health.checks import OK
from statements.health.figures import Figures

PREFIX = "rostrum"


def exposition(figures: Figures, accept: str) -> tuple[bytes, str]:
    """Return the text and its content type, in the format that the scraper accepts."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_FigureCollector(figures))
    encoder, content_type = choose_encoder(accept)
    return encoder(registry), content_type


class _FigureCollector(Collector):
    def __init__(self, figures: Figures) -> None:
        self._values = figures

    def collect(self) -> Iterator[Metric]:
        values = self._values
        yield _gauge("ready", "Whether pages can be served.", values["status"] != "unavailable")
        parts = GaugeMetricFamily(
            f"{PREFIX}_part_ok", "Whether a part passes its check.", labels=["part"]
        )
        for name, result in values["checks"].items():
            parts.add_metric([name], float(result == OK))
        yield parts
        yield from self._index()
        yield from self._disk()
        yield from self._backup()
        for name, count in (values["files"] or {}).items():
            yield _gauge(f"files_{name}", f"Files that are {name.replace('_', ' ')}.", count)

    def _index(self) -> Iterator[Metric]:
        values = self._values
        if values["outbox"] is None:
            return
        yield _gauge("worker_at_work", "Whether a worker is running.", values["worker"])
        yield _gauge(
            "index_complete", "Whether the index contains every speech.", values["complete"]
        )
        if values["generation"] is not None:
            yield _gauge("index_speeches", "Speeches in the index.", values["speeches"])
            info = InfoMetricFamily(f"{PREFIX}_index", "The index that is in use.")
            info.add_metric([], {"generation": values["generation"]})
            yield info
        outbox = {name: value for name, value in values["outbox"].items() if name != "age_s"}
        yield _gauge("outbox_lag_seconds", "Age of the oldest waiting change.", outbox.pop("lag_s"))
        for name, value in outbox.items():
            if isinstance(value, int | float):
                yield _gauge(f"outbox_{name}", f"Changes in the outbox: {name}.", value)

    def _disk(self) -> Iterator[Metric]:
        free = GaugeMetricFamily(
            f"{PREFIX}_disk_free_bytes", "Free space of the file system.", labels=["folder"]
        )
        size = GaugeMetricFamily(
            f"{PREFIX}_disk_size_bytes", "Size of the file system.", labels=["folder"]
        )
        for name, space in self._values["disk"].items():
            free.add_metric([name], space["free_bytes"])
            size.add_metric([name], space["size_bytes"])
        yield free
        yield size

    def _backup(self) -> Iterator[Metric]:
        backup = self._values["last_backup"]
        if backup is None:
            return
        timestamp = datetime.fromisoformat(backup["at"]).timestamp()
        yield _gauge("backup_timestamp_seconds", "Time of the last backup.", timestamp)
        yield _gauge("backup_bytes", "Size of the last backup.", backup["bytes"])
        yield _gauge(
            "backup_proven",
            "Whether the last backup was verified by restoring it.",
            backup["proven"],
        )


def _gauge(name: str, documentation: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_{name}", documentation, value=float(value))
