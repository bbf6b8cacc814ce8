"""Every page in every light and width: no barrier that axe knows, no sideways scroll, nothing that jumps."""

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, enter
from tests.house import House
from tests.visitor import Books

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
DESK, PHONE = (1440, 900), (390, 844)
WIDTHS = (360, 390, 768, 1280, 1920)
MOST_SHIFT = 0.02  # B24
PAGES = (
    "explore",
    "run",
    "queue",
    "wire",
    "gallery",
    "image",
    "boards",
    "trash",
    "links",
    "gallery/facets",
    "review",
    "mentions",
    "credits",
    "team",
    "key",
    "library/prompts",
    "library/styles",
    "library/lists",
    "library/lists/new",
    "library/lists/import",
    "library/chips",
    "patterns",
    "sign-in",
)
SHIFTS = """
    window.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
"""

WIDER = """() => {
  const room = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= room) return [];
  const all = [...document.body.querySelectorAll("*")];
  const beyond = all.filter((e) => e.getBoundingClientRect().right > room);
  return beyond.map((e) => `${e.tagName.toLowerCase()}.${e.className}`).slice(0, 12);
}"""


@pytest.fixture
def address(
    request: pytest.FixtureRequest, finished_run: str, finished_image: str, finished_wire: str
) -> str:
    """Return where the page of this test is."""
    known = {"explore": "/", "run": finished_run, "image": finished_image, "key": "/account/key"}
    known["wire"] = finished_wire
    return known.get(request.param, f"/{request.param}")


def arrive(open_context: Open, address: str) -> Page:
    """Open a page: as the designer what is the designer's own, as the owner what is the owner's."""
    page = open_context(reduced_motion="reduce").new_page()
    if address != "/sign-in":
        enter(page, "owner" if address == "/team" else "designer")
    page.goto(address)
    return page


@pytest.mark.parametrize("address", PAGES, indirect=True)
def test_web_12_no_barrier_that_axe_knows_and_no_sideways_scroll(new_context: Open, address: str) -> None:
    page = arrive(new_context, address)
    found: dict[str, list[str]] = {}
    for width, height in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            if barriers := axe(page):
                found[f"{width} {scheme}"] = barriers
    assert found == {}
    assert {width: over for width in WIDTHS if (over := overflow(page, width))} == {}


def test_a_page_that_fills_with_twenty_pictures_does_not_jump(
    new_context: Open, running_studio: House
) -> None:
    page = new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.add_init_script(SHIFTS)
    enter(page, "owner")
    page.get_by_label("Prompt", exact=True).fill(
        "{one|two|three|four|five} boats on a {lake|river|sea|canal}"
    )
    expect(page.locator("#generate")).to_contain_text("Generate 20")
    books = Books(running_studio)
    books.set_latency("0.5")
    page.evaluate("window.shift = 0")
    page.locator("#generate").click()
    run = page.locator("#runs .run", has_text="boats on a")
    expect(run.locator(".tile")).to_have_count(20)
    page.evaluate("window.shift = 0")  # what a person asked for may push down what was there
    expect(run.locator('.tile[data-state="done"]')).to_have_count(20)
    books.set_latency("instant")
    assert page.evaluate("window.shift") < MOST_SHIFT


def axe(page: Page) -> list[str]:
    """Return each violation as RULE: PLACES."""
    result = Axe().run(page, options=RULES)
    return [
        f"{broken['id']}: {[' '.join(map(str, node['target'])) for node in broken['nodes'][:4]]}"
        for broken in result["violations"]
    ]


def overflow(page: Page, width: int) -> list[str]:
    """Return what makes the page wider than the window, [] where nothing does."""
    page.set_viewport_size({"width": width, "height": 900})
    return list(page.evaluate(WIDER))
