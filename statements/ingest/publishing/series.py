"""The series of files: those of a data set have its title and the rights that it states."""

from collections import defaultdict
from collections.abc import Iterable

from statements.models import Series, Transcript
from statements.transcripts.datasets import RIGHTS, GeneralDebate, SecurityCouncil


def get_or_create_series(titles: Iterable[str]) -> dict[str, Series]:
    """Return the series with these titles; create those that are missing."""
    return {
        title: Series.objects.get_or_create(
            title=title, defaults={"rights": RIGHTS.get(title, "")}
        )[0]
        for title in sorted({*titles} - {""})
    }


def assign_series() -> int:
    """Assign files that earlier releases imported from data sets to the series of the data set;
    return their number."""
    by_title: dict[str, list[int]] = defaultdict(list)
    files = Transcript.objects.filter(series=None, state=Transcript.State.PUBLISHED)
    datasets: list[GeneralDebate | SecurityCouncil] = [GeneralDebate(), SecurityCouncil()]
    for pk, name in files.order_by("pk").values_list("pk", "name"):
        if title := next((dataset.title for dataset in datasets if dataset.key(name)), ""):
            by_title[title].append(pk)
    for title, series in get_or_create_series(by_title).items():
        files.filter(pk__in=by_title[title]).update(series=series)
    return sum(map(len, by_title.values()))
