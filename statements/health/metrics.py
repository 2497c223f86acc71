"""The figures as Prometheus reads them.

Every sample is measured when it is asked for and kept nowhere, so that it does not matter which
of the server's processes answers.
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


def exposition(told: Figures, accept: str) -> tuple[bytes, str]:
    """Return the text and its content type, in the format that the scraper asks for."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(told))
    encoder, content_type = choose_encoder(accept)
    return encoder(registry), content_type


class _Figures(Collector):
    def __init__(self, told: Figures) -> None:
        self.told = told

    def collect(self) -> Iterator[Metric]:
        told = self.told
        yield _gauge("ready", "Whether pages can be served.", told["status"] != "unavailable")
        parts = GaugeMetricFamily(f"{PREFIX}_part_ok", "Whether a part is well.", labels=["part"])
        for name, word in told["checks"].items():
            parts.add_metric([name], float(word == OK))
        yield parts
        yield from self._index()
        yield from self._disk()
        yield from self._backup()
        for name, count in (told["files"] or {}).items():
            yield _gauge(f"files_{name}", f"Files that are {name.replace('_', ' ')}.", count)

    def _index(self) -> Iterator[Metric]:
        told = self.told
        if told["outbox"] is None:
            return
        yield _gauge("worker_at_work", "Whether a worker is at work.", told["worker"])
        yield _gauge("index_complete", "Whether the index has every speech.", told["complete"])
        if told["generation"] is not None:
            yield _gauge("index_speeches", "Speeches in the index.", told["speeches"])
            info = InfoMetricFamily(f"{PREFIX}_index", "The index that answers.")
            info.add_metric([], {"generation": told["generation"]})
            yield info
        outbox = {name: value for name, value in told["outbox"].items() if name != "age_s"}
        yield _gauge("outbox_lag_seconds", "Age of the oldest waiting change.", outbox.pop("lag_s"))
        for name, value in outbox.items():
            if isinstance(value, int | float):
                yield _gauge(f"outbox_{name}", f"Changes in the outbox: {name}.", value)

    def _disk(self) -> Iterator[Metric]:
        free = GaugeMetricFamily(
            f"{PREFIX}_disk_free_bytes", "Space that can be written to.", labels=["folder"]
        )
        size = GaugeMetricFamily(
            f"{PREFIX}_disk_size_bytes", "Size of the file system.", labels=["folder"]
        )
        for name, space in self.told["disk"].items():
            free.add_metric([name], space["free_bytes"])
            size.add_metric([name], space["size_bytes"])
        yield free
        yield size

    def _backup(self) -> Iterator[Metric]:
        backup = self.told["last_backup"]
        if backup is None:
            return
        at = datetime.fromisoformat(backup["at"]).timestamp()
        yield _gauge("backup_timestamp_seconds", "When the last backup was made.", at)
        yield _gauge("backup_bytes", "Size of the last backup.", backup["bytes"])
        yield _gauge("backup_proven", "Whether it was restored to prove it.", backup["proven"])


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_{name}", words, value=float(value))
