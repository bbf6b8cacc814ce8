"""The pages of team, account and credits in one visit: no barrier that axe knows, light and dark (WEB-12)."""

from typing import Literal

from tests.browser.conftest import Open, enter
from tests.browser.test_pages import DESK, PHONE, WIDER, axe

ACCOUNT = (
    *("security", "security/app", "security/passkeys", "security/passkeys/add", "sessions"),
    *("password/first", "key"),
)
CREDITS = ("ask", "insights", "limits")
TEAM = (
    *("alerts", "audit", "banner", "budgets", "defaults", "health", "insights", "invitations", "key", "keys"),
    *("ledger", "members", "projects", "reconcile", "requests", "security", "words"),
)
LOOKS: tuple[tuple[tuple[int, int], Literal["light", "dark"]], ...] = (
    (DESK, "light"),
    (PHONE, "dark"),
)  # the two others were looked at by hand; colours and widths are here


def addresses() -> list[str]:
    """Return the addresses of the pages, each room's own first."""
    rooms = {"account": ACCOUNT, "credits": CREDITS, "team": TEAM}
    below = [f"/{room}/{name}" for room, names in rooms.items() for name in names]
    return ["/credits", "/team", *below]


def test_web_12_the_teams_pages_have_no_barrier_and_no_sideways_scroll(new_context: Open) -> None:
    page = new_context(reduced_motion="reduce").new_page()
    enter(page, "owner")
    found: dict[str, list[str]] = {}
    for address in addresses():
        answer = page.goto(address, wait_until="domcontentloaded")
        assert answer, address
        assert answer.status == 200, address
        for (width, height), scheme in LOOKS:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)
            if faults := [*axe(page), *page.evaluate(WIDER)]:
                found[f"{address} {width} {scheme}"] = faults
    assert found == {}
