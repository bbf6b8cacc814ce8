"""The queue page in a browser: with a mouse, with keys only, and with JavaScript off."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, enter
from tests.browser.test_pages import DESK, PHONE, axe
from tests.house import House
from tests.visitor import RECIPE, Visitor

ROLE = "reviewer"  # nobody else waits for this member's pages to fall quiet
TABS = 60
IN_LINE = '[aria-labelledby="h-line"] .job'  # what failed in other tests of this house is listed below


@pytest.fixture
def waiting(running_studio: House) -> Iterator[None]:
    """Have three images in line that wait for their time; afterwards none, and a composer set to now."""
    with Visitor(running_studio) as person:
        person.sign_in(ROLE)
        person.generate("a {red|blue|green} kite", when="tonight", clock="03:30")
        yield
        person.page("/queue")
        person.post("/queue/do", {"do": "cancel_all"})
        person.wait_until_quiet()
        person.post("/composer/estimate", {**RECIPE, "template": "a kite", "when": "now"})  # a draft is kept


def rows(page: Page) -> list[str]:
    return page.locator(f"{IN_LINE} .job__what .job__title").all_inner_texts()


@pytest.mark.usefixtures("waiting")
def test_the_list_has_no_barrier_with_rows_a_menu_and_a_question(new_context: Open) -> None:
    page = new_context(reduced_motion="reduce").new_page()
    enter(page, ROLE)
    found = {}
    for width, height in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.goto("/queue")
            page.locator("[name=job]").first.check()
            expect(page.locator(".bulk")).to_be_visible()
            page.locator(f"{IN_LINE} button[popovertarget]").first.click()
            found[f"{width} {scheme} menu"] = axe(page)
            page.keyboard.press("Escape")
            page.get_by_role("button", name="Pause mine").click()
            found[f"{width} {scheme} pause"] = axe(page)
            page.keyboard.press("Escape")
            page.get_by_role("button", name="Account of").click()
            found[f"{width} {scheme} account"] = axe(page)
            page.keyboard.press("Escape")
    assert {where: barriers for where, barriers in found.items() if barriers} == {}


@pytest.mark.usefixtures("waiting")
def test_the_page_has_one_poller(page: Page) -> None:
    """While the page's own poller asks, the list asks for itself only when that brought something (B3)."""
    enter(page, ROLE)
    page.clock.install()
    page.goto("/queue")
    expect(page.locator(IN_LINE)).to_have_count(3)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("document.getElementById('pulse').removeAttribute('hx-trigger')")  # its answers are ours
    page.clock.run_for(25_000)
    assert [url for url in asked if url.endswith("/queue")] == []
    page.evaluate("document.getElementById('pulse').removeAttribute('data-live')")
    with page.expect_request(lambda request: request.url.endswith("/queue")):
        page.clock.run_for(11_000)


@pytest.mark.usefixtures("waiting")
def test_a_selection_is_moved_and_cancelled_without_leaving_the_page(page: Page) -> None:
    enter(page, ROLE)
    page.goto("/queue")
    assert rows(page) == ["red", "blue", "green"]
    page.evaluate("window.sameDocument = true")
    page.get_by_label("Tick: green").check()
    expect(page.locator("[data-ticked]")).to_have_text("1 ticked")
    page.locator("#bulk-front").click()
    expect(page.locator(f"{IN_LINE} .job__what .job__title").first).to_have_text("green")
    page.get_by_label("Tick: red").check()
    page.get_by_label("Tick: blue").check()
    page.locator("#bulk-cancel").click()
    expect(page.locator(IN_LINE)).to_have_count(1)
    expect(page.locator("#toasts")).to_contain_text("2 images cancelled, not charged.")
    assert page.evaluate("window.sameDocument")


@pytest.mark.usefixtures("waiting")
def test_pausing_and_resuming_with_keys_only(page: Page) -> None:
    enter(page, ROLE)
    page.goto("/queue")
    tab_to(page, "Pause mine")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("lunch")
    page.keyboard.press("Enter")
    expect(page.locator("#pauses")).to_contain_text("Your images are paused. You paused it: lunch.")
    page.goto("/gallery")
    expect(page.locator("#pauses")).to_contain_text("lunch")
    tab_to(page, "Resume")
    page.keyboard.press("Enter")
    expect(page.locator("#pauses .note")).to_have_count(0)


@pytest.mark.usefixtures("waiting")
def test_without_javascript_everything_is_a_form(new_context: Open) -> None:
    page = new_context(java_script_enabled=False).new_page()
    enter(page, ROLE)
    page.goto("/queue")
    page.get_by_label("Tick: blue").check()
    page.locator("#bulk-front").click()
    assert rows(page)[0] == "blue"
    page.locator(IN_LINE).first.get_by_role("button", name="Cancel").click()
    assert rows(page) == ["red", "green"]
    page.get_by_role("button", name="Pause mine").click()
    page.locator("#pause-me button").click()
    expect(page.locator("#pauses")).to_contain_text("Your images are paused.")
    page.get_by_role("button", name="Resume").click()
    expect(page.locator("#pauses .note")).to_have_count(0)


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on a button of this name."""
    for _ in range(TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == name:
            return
    raise AssertionError(f"no key leads to {name}")
