"""Health checks and metrics, for load balancers and operators."""

from statements.health.views import healthz, metrics, readyz, status

__all__ = ["healthz", "metrics", "readyz", "status"]
