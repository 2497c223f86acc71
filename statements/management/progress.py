"""A progress bar for terminals."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm


@contextmanager
def progress_bar(title: str, unit: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function to call with the number of finished items and their total."""
    with tqdm(
        desc=title, unit=f" {unit}", leave=False, delay=1, disable=not sys.stderr.isatty()
    ) as bar:

        def show(finished: int, total: int) -> None:
            bar.total = total
            bar.update(finished - bar.n)

        yield show
