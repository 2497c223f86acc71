"""Style sheets and scripts as few, small files."""

import gzip
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from support import rows
from support.html import Elements

from archive import bundles

MAX_REQUESTS = 4  # of a page, itself included, beside two faces of the text
MAX_STYLES, MAX_SCRIPTS = 30 * 1024, 40 * 1024  # bytes of a page, compressed


def files_of(page: str) -> dict[str, str]:
    """Return the static files that a page loads, by address, with their elements."""
    sources = [
        (str(attributes.get("href") or attributes.get("src")), tag)
        for tag, attributes in Elements(page).found
        if (tag in ("script", "img") and "src" in attributes)
        or attributes.get("rel") in ("stylesheet", "icon")
    ]
    return dict(sources)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/", "/search/?q=river", "/speech/riv-pv-7-001/?q=river", "/meeting/riv-pv-7/"]
)
def test_a_page_needs_few_requests_for_small_files(
    client: Client, archive: rows.SmallArchive, address: str
) -> None:
    files = files_of(client.get(address).content.decode())
    assert 1 + len(files) <= MAX_REQUESTS
    sizes = {"link": 0, "script": 0, "img": 0}
    for name, tag in files.items():
        assert name.startswith("/static/")
        path = finders.find(name.removeprefix("/static/"))
        assert path, name
        sizes[tag] += len(gzip.compress(Path(path).read_bytes()))
    assert 0 < sizes["link"] <= MAX_STYLES
    assert 0 < sizes["script"] <= MAX_SCRIPTS


def test_a_bundle_has_all_parts_in_order_and_follows_their_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    monkeypatch.setattr(settings, "STATE_DIR", tmp_path / "state")
    monkeypatch.setattr(
        bundles,
        "BUNDLES",
        {"css/all.css": ("css/a.css", "css/print.css"), "js/all.js": ("js/a.js",)},
    )
    for name, text in (("css/a.css", "p{}"), ("css/print.css", "q{}\n"), ("js/a.js", "let a;\n")):
        (tmp_path / "static" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "static" / name).write_text(text)
    finder = bundles.BundleFinder()
    assert Path(finder.find("css/all.css")).read_text() == "p{}\n@media print {\nq{}\n}\n"
    assert Path(finder.find("js/all.js")).read_text() == "{\nlet a;\n}"
    assert finder.find("css/a.css") is None
    assert finder.find("css/a.css", find_all=True) == []
    (tmp_path / "static/css/a.css").write_text("b{}")
    assert [name for name, _ in finder.list(None)] == ["css/all.css", "js/all.js"]
    assert Path(finder.find("css/all.css")).read_text().startswith("b{}")
    assert sorted(path.name for path in tmp_path.glob("state/bundles/*/*")) == ["all.css", "all.js"]


def test_every_public_style_sheet_belongs_to_the_bundle() -> None:
    sheets = {f"css/{path.name}" for path in (settings.BASE_DIR / "static/css").glob("*.css")}
    others = {name for name in sheets if name.startswith(("css/admin-", "css/api"))}
    assert sheets - others == set(bundles.BUNDLES["css/site.css"]) - set(bundles.OPTIONAL)
