"""The classes of requests that are counted, and the limits of each."""

from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

SEARCH, API, EXPORT, FORM = "search", "api", "export", "form"


@dataclass(frozen=True, slots=True)
class Rate:
    """A limit: ``burst`` requests at once, and ``quota`` requests in ``period_s`` seconds."""

    burst: int
    quota: int
    period_s: int

    @property
    def interval_s(self) -> float:
        """Return the seconds after which one more request is allowed."""
        return self.period_s / self.quota


def rates(
    *,
    burst: int,
    searches_a_minute: int,
    calls_a_minute: int,
    exports_an_hour: int,
    forms_an_hour: int,
) -> dict[str, Rate]:
    """Return the rate of each class; a class whose number is 0 has no limit.

    Raises ImproperlyConfigured for negative numbers and for a burst of 0.
    """
    quotas = {
        SEARCH: (searches_a_minute, 60),
        API: (calls_a_minute, 60),
        EXPORT: (exports_an_hour, 3600),
        FORM: (forms_an_hour, 3600),
    }
    if burst < 1 or any(quota < 0 for quota, _ in quotas.values()):
        raise ImproperlyConfigured(
            "RATE_LIMIT_BURST must be 1 or more, and the other limits 0 (no limit) or more."
        )
    # a form writes to the database: the number for an hour is that at once, too
    return {
        name: Rate(min(burst, quota) if name == FORM else burst, quota, period_s)
        for name, (quota, period_s) in quotas.items()
        if quota
    }
