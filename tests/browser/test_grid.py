"""The grid in a browser: filled cell by cell, turned, zoomed, moved in by keys (A12, A13, A16)."""

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SETTLES_LATE, Open, enter
from tests.browser.test_pages import DESK, PHONE, axe, overflow
from tests.house import House
from tests.visitor import Books, Visitor

LIGHTS = ("dawn", "high noon", "the long golden hour before sunset", "a night without any moon")
PLACES = ("dune", "sea", "fjord", "canyon", "harbour")
GRID = f"a {{{'|'.join(PLACES)}}} at {{{'|'.join(LIGHTS)}}}"
CUT = """() => [...document.querySelectorAll("[data-xygrid] th")].filter(
  (head) => head.scrollWidth > head.clientWidth + 1 || head.scrollHeight > head.clientHeight + 1
).map((head) => head.textContent)"""
STROKES = "(bar) => bar.replaceChildren(...Array.from({ length: 400 }, () => document.createElement('i')))"
HEADS_STAY = """() => {
  const grid = document.querySelector("[data-xygrid]");
  grid.scrollTo(grid.scrollWidth, grid.scrollHeight);
  const box = grid.getBoundingClientRect();
  const row = grid.querySelector("tbody tr:last-child th").getBoundingClientRect();
  const column = grid.querySelector("thead th:last-child").getBoundingClientRect();
  return [Math.round(row.left - box.left), Math.round(column.top - box.top - grid.clientTop)];
}"""


@pytest.fixture(scope="module")
def grid(running_studio: House) -> str:
    """Return the address of a finished grid of the designer's: four axes of two, two images a cell."""
    with Visitor(running_studio) as person:
        axis = {"axis-0-kind": "quality", "axis-0-values": "draft\nhigh"}
        run = person.sign_in("designer").generate(
            "a {dune|sea} at {dawn|dusk} of a {dry|wet} day", each="2", **axis
        )
        person.wait_until_quiet()
        return f"{run}/grid"


def focused(page: Page) -> str:
    """Return the id of what has the focus."""
    return str(page.evaluate("document.activeElement.id"))


def test_a_grid_of_four_by_five_fills_cell_by_cell_without_loading_again(
    new_context: Open, running_studio: House
) -> None:
    books = Books(running_studio)
    page = new_context(viewport={"width": DESK[0], "height": DESK[1]}).new_page()
    enter(page, "designer")
    page.goto(
        f"{running_studio.url}/recipe?{urlencode({'template': GRID, 'each': 1})}"
    )  # no axes of other tests
    expect(page.locator("#generate")).to_contain_text("Generate 20")
    books.set_latency("1.5")
    page.locator("#generate").click()
    run = page.locator("#runs .run", has_text="high noon").first
    run.get_by_role("link", name="Grid").click()
    expect(page.locator("[data-cell]")).to_have_count(20)
    page.evaluate("window.sameDocument = true")
    books.set_latency("instant")
    expect(page.locator('[data-cell] .tile[data-state="done"]')).to_have_count(20)
    assert page.evaluate("window.sameDocument")
    expect(page.locator(".run__meta")).to_contain_text("20 of 20 done")
    expect(page.locator("#head-0-0")).to_have_text("4 done")
    expect(page.locator("#cell-0-spread")).to_have_text(re.compile(r"^(\d+ credits · )?\d+ s$"))
    assert page.locator("tbody th .vary").all_inner_texts() == list(PLACES)
    assert page.locator("thead th .vary").all_inner_texts() == list(LIGHTS)
    for size in ("Small", "Medium", "Large"):
        page.get_by_role("link", name=size, exact=True).click()
        assert page.evaluate(CUT) == []
    assert "zoom=large" in page.url
    assert page.evaluate(HEADS_STAY) == [0, 0]


def test_what_the_cells_scroll_over_is_opaque(page: Page, grid: str) -> None:
    """Over a see-through ground 400 cells took Chromium 35 to 250 ms of layers at each step, not 12."""
    enter(page, "designer")
    page.goto(grid)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        ground = page.locator("[data-xygrid]").evaluate("(box) => getComputedStyle(box).backgroundColor")
        assert re.fullmatch(r"rgb\([^/]+\)|oklch\([^/]+\)", ground), ground


def test_arrows_home_end_and_enter_go_through_the_cells(page: Page, grid: str) -> None:
    enter(page, "designer")
    page.goto(grid)
    first = page.locator("[data-cell]").first
    first.focus()
    order = page.locator("[data-cell]").evaluate_all("cells => cells.map((cell) => cell.id)")
    way = {"ArrowRight": 1, "ArrowDown": 3, "ArrowLeft": 2, "End": 3, "Home": 2, "ArrowUp": 0}
    for key, at in way.items():
        page.keyboard.press(key)
        assert (key, focused(page)) == (key, order[at])
    page.keyboard.press("ArrowUp")
    assert focused(page) == order[0]
    page.keyboard.press("Control+End")
    assert focused(page) == order[-1]
    assert page.locator('[data-cell][tabindex="0"]').count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('[data-cell] .tile')")
    page.keyboard.press("Escape")
    assert focused(page) == order[-1]
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/images/"))


def test_the_grid_is_turned_in_place_and_the_address_remembers(page: Page, grid: str) -> None:
    enter(page, "designer")
    page.goto(grid)
    page.evaluate("window.sameDocument = true")
    expect(page.locator(".gridtabs")).to_have_count(2)
    page.get_by_role("link", name="Small", exact=True).click()
    rows = page.get_by_role("navigation", name="Rows")
    wanted = rows.get_by_role("link").nth(3)
    words = wanted.inner_text()
    wanted.click()
    expect(page.locator("tbody th .vary")).to_have_text([word.strip() for word in words.split(",")])
    expect(page.locator("[data-xygrid]")).to_have_attribute("data-zoom", "small")
    assert page.evaluate("window.sameDocument")
    assert re.search(r"rows=3.*zoom=small", page.url)
    page.reload()
    expect(page.locator("tbody th .vary")).to_have_text([word.strip() for word in words.split(",")])
    page.locator(".gridtabs").first.get_by_role("link").nth(1).click()
    page.wait_for_url(re.compile("tab=1"))
    expect(page.locator(".gridtabs").first.get_by_role("link").nth(1)).to_have_attribute(
        "aria-current", "true"
    )


def test_without_script_the_grid_is_there_and_turns(new_context: Open, grid: str) -> None:
    page = new_context(java_script_enabled=False).new_page()
    enter(page, "designer")
    page.goto(grid)
    expect(page.locator("[data-cell] .tile")).to_have_count(8)
    page.get_by_role("link", name="Large", exact=True).click()
    expect(page.locator("[data-xygrid]")).to_have_attribute("data-zoom", "large")
    page.get_by_role("navigation", name="Columns").get_by_role("link").first.click()
    expect(page.locator("thead th .vary")).to_have_text(["Draft", "High"])


def test_the_grid_has_no_barrier_and_scrolls_within_itself(new_context: Open, grid: str) -> None:
    page = new_context(reduced_motion="reduce").new_page()
    enter(page, "designer")
    page.goto(grid)
    found = {}
    for width, height in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            if barriers := axe(page):
                found[f"{width} {scheme}"] = barriers
    assert found == {}
    assert {width: over for width in (360, 390, 768, 1440) if (over := overflow(page, width))} == {}


def test_four_hundred_strokes_and_a_long_name_keep_within_every_width(page: Page, grid: str) -> None:
    enter(page, "designer")
    page.goto(grid.removesuffix("/grid"))
    page.locator(".stages").first.evaluate(STROKES)
    assert {width: over for width in (390, 1440) if (over := overflow(page, width))} == {}
    page.goto("/")
    experiment = page.locator(".explore__history a[href*='/experiments/']").first.get_attribute("href")
    page.goto(f"{experiment}/report")
    page.locator(".crumbs a").nth(1).evaluate("(link) => (link.textContent = 'a harbour at dusk '.repeat(9))")
    assert overflow(page, 390) == []
    assert page.locator(".crumbs li").last.evaluate("(item) => item.scrollWidth <= item.clientWidth")


def test_axes_are_written_in_the_composer_by_keys_and_kept(page: Page) -> None:
    enter(page, "reviewer")
    page.evaluate(SETTLES_LATE)
    page.get_by_label("Prompt", exact=True).fill("a boat on a lake")
    page.locator("#axes > summary").press("Enter")
    page.locator("#axes").get_by_role("button", name="Words").press("Enter")
    expect(page.locator("#axis-0-word")).to_be_focused()
    page.keyboard.type("lake")
    page.keyboard.press("Tab")
    page.keyboard.type("lake\nsea\nriver")
    expect(page.locator("#generate")).to_contain_text("Generate 6")
    page.locator("#axes").get_by_role("button", name="Quality").press("Enter")
    page.locator("#axis-1").get_by_label("Draft").check()
    expect(page.locator("#plan")).to_contain_text("Axis 2, quality: One value is no choice.")
    page.locator("#axis-1").get_by_label("High").check()
    expect(page.locator("#generate")).to_contain_text("Generate 12")
    page.reload()
    expect(page.locator("#axis-0-values")).to_have_value("lake\nsea\nriver")
    expect(page.locator("#axis-1").get_by_label("High")).to_be_checked()
    expect(page.locator("#generate")).to_contain_text("Generate 12")
    page.get_by_role("button", name="Take out axis 1, words").click()
    expect(page.locator("#generate")).to_contain_text("Generate 4")
