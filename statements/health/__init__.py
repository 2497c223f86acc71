"""What machines and operators are told of the archive's health."""

from statements.health.views import healthz, metrics, readyz, status

__all__ = ["healthz", "metrics", "readyz", "status"]
