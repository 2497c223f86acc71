"""What axe has against a page in a browser."""

from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

# what can be wrong in the dark or on a phone alone; all other rules look at the same document
_RULES_OF_LOOKS = ["color-contrast", "link-in-text-block", "scrollable-region-focusable"]
OF_LOOKS = {"runOnly": {"type": "rule", "values": _RULES_OF_LOOKS}}


def violations(page: "Page", *, dark: bool = False, width: int = 1280) -> list[dict[str, Any]]:
    """All rules for a page in the light on a wide screen, those of looks for it elsewhere."""
    options = OF_LOOKS if dark or width < 1000 else None
    found: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    return found
