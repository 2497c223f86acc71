"""Times in a recording, in seconds from its start."""

LONGEST_RECORDING = 10_000_000.0  # seconds; a larger number is no time


def clock(time_s: float, *, exact: bool = False) -> str:
    """Return a time as hours, minutes and seconds; ``exact`` adds the fraction of a second.

    >>> clock(62.5), clock(3600), clock(62.5, exact=True)
    ('1:02', '1:00:00', '1:02.5')
    """
    whole, fraction = divmod(round(time_s * 1000), 1000)
    minutes, seconds = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    printed = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return printed + (f".{fraction:03}".rstrip("0") if exact and fraction else "")


def seconds(printed: str) -> float | None:
    """Return a printed time in seconds; None if no recording is so long.

    The digits behind the point or comma are a decimal fraction.

    >>> seconds("01:02.500"), seconds("1:00:00,25")
    (62.5, 3600.25)
    """
    whole, _, fraction = printed.replace(",", ".").partition(".")
    time_s = 0
    for part in whole.split(":"):
        time_s = time_s * 60 + int(part)
    exact = round(time_s + float(f"0.{fraction or 0}"), 3)
    return exact if exact <= LONGEST_RECORDING else None
