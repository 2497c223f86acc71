"""The classes of requests that are counted, and how many of each one client may make."""

from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

SEARCH, API, EXPORT = "search", "api", "export"


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests at once, and so many in a period of seconds."""

    burst: int
    quota: int
    period_s: int

    @property
    def interval_s(self) -> float:
        """Return the seconds after which one more request is let through."""
        return self.period_s / self.quota


def rates(
    *, burst: int, searches_a_minute: int, calls_a_minute: int, exports_an_hour: int
) -> dict[str, Rate]:
    """Return the rate of each class that has one; a number of 0 leaves its class without.

    ImproperlyConfigured is raised for negative numbers, and for a burst of 0.
    """
    quotas = {
        SEARCH: (searches_a_minute, 60),
        API: (calls_a_minute, 60),
        EXPORT: (exports_an_hour, 3600),
    }
    if burst < 1 or any(quota < 0 for quota, _ in quotas.values()):
        raise ImproperlyConfigured(
            "RATE_LIMIT_BURST must be 1 or more, and the other limits 0 (no limit) or more."
        )
    return {name: Rate(burst, *quota) for name, quota in quotas.items() if quota[0]}
