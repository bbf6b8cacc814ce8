"""From the first word to the ledger, with a mouse, with keys only, and with JavaScript off."""

import re
import time
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PROMPT, Open, enter

TABS = 80  # more than any of these pages has places to stop at
PRICED_WITHIN = 60.0  # seconds; a price that no webhook names is asked for some ten seconds later (S55)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_designer_writes_watches_finds_and_sees_what_it_cost(
    new_context: Open, scheme: Literal["light", "dark"]
) -> None:
    page = new_context(color_scheme=scheme, viewport={"width": 1440, "height": 900}).new_page()
    enter(page, "designer")
    write(page, "dunes under a clear sky")
    expect(page.locator("#plan")).to_contain_text("1 image")
    before = page.locator(".cost__line .push b").inner_text()
    write(page, f"{PROMPT}, {scheme}")
    expect(page.locator("#plan")).to_contain_text("4 images")
    expect(page.locator(".cost__line .push b")).not_to_have_text(before)

    page.evaluate("window.sameDocument = true")
    page.get_by_role("button", name="Generate 4").click()
    run = page.locator("#runs .run", has_text=f", {scheme}")
    tiles = run.locator(".tile")
    expect(tiles).to_have_count(4)
    expect(run.locator('.tile[data-state="done"]')).to_have_count(4)
    assert page.evaluate("window.sameDocument")  # by news, not by loading the page again
    expect(tiles.first.locator("img")).to_have_js_property("complete", True)
    assert tiles.first.locator("img").evaluate("image => image.naturalWidth") > 0

    address = tiles.first.locator(".tile__open").get_attribute("href") or ""
    page.get_by_role("link", name="Gallery").first.click()
    page.locator(f'.tile__open[href^="{address}"]').click()
    expect(page.locator("#prompt-text")).to_have_text(f"red dunes under a full moon, {scheme}")
    expect(page.locator(".viewer__pic img")).to_have_js_property("complete", True)

    page.goto("/credits")
    entry = page.get_by_role("row", name=f"red dunes under a full moon, {scheme}")
    look_until_it_is_spent(page, entry)
    entry.get_by_role("link").click()
    page.wait_for_url(f"**{address}")


def test_one_page_generates_again_and_again(page: Page) -> None:
    enter(page, "reviewer")
    runs = page.locator("#runs .run", has_text="pressed again")
    for presses in (1, 2, 3):
        write(page, f"a tin robot, number {presses}, pressed again")
        expect(page.locator(".final")).to_contain_text("Exactly what you wrote.")
        expect(page.locator(".prompt__paint")).to_contain_text(f"number {presses}")
        expect(page.locator("#generate")).to_contain_text("Generate 1")
        with page.expect_response("**/composer/estimate"):  # the live price follows each start
            page.locator("#generate").click()
        expect(runs).to_have_count(presses)
    write(page, "a paper crane, pressed again")
    expect(page.locator(".prompt__paint")).to_contain_text("paper crane")
    with page.expect_response("**/composer/estimate"):
        page.locator("#generate").click()
    expect(runs).to_have_count(4)
    expect(page.locator("#refusal")).to_have_count(0)
    expect(runs.locator('.tile[data-state="done"]')).to_have_count(4)
    ids = page.locator("#runs .run").evaluate_all("runs => runs.map(run => run.id)")
    assert len(set(ids)) == len(ids)


def test_with_keys_only_a_person_signs_in_generates_and_opens_the_picture(
    page: Page, new_context: Open
) -> None:
    enter(new_context().new_page(), "reviewer")  # what others of the role were writing is put aside
    page.goto("/sign-in")
    go_to(page, 'form[action="/sign-in/as/reviewer"] button')
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/$"))
    page.keyboard.press("n")
    expect(page.locator("[data-prompt]")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("a quiet harbour at {dawn|dusk}, by keys")
    expect(page.locator("#generate")).to_contain_text("Generate 2")
    page.keyboard.press("Control+Enter")
    run = page.locator("#runs .run", has_text="by keys")
    expect(run.locator('.tile[data-state="done"]')).to_have_count(2)
    go_to(page, "#runs .run:first-of-type .tile__open")
    assert page.evaluate("document.activeElement.matches(':focus-visible')")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**/images/*")  # loaded with its scripts: before that nothing hears a key
    expect(page.locator("#prompt-text")).to_have_text("a quiet harbour at dusk, by keys")
    page.keyboard.press("g")
    page.keyboard.press("g")
    expect(page).to_have_url(re.compile("/gallery"))
    expect(page.locator(".tile").first).to_be_visible()


def test_without_javascript_a_person_signs_in_generates_and_finds_the_picture(new_context: Open) -> None:
    page = new_context(java_script_enabled=False).new_page()
    enter(page, "reviewer")
    page.get_by_label("Prompt", exact=True).fill("a paper boat, without scripts")
    page.locator("#generate").click()
    page.wait_for_url("**/runs/*")
    for _ in range(100):  # each loads the page again, as the page itself says
        if page.locator('.tile[data-state="done"]').count():
            break
        page.reload()
    address = page.locator(".tile__open").get_attribute("href") or ""
    page.goto("/gallery")
    page.locator(f'.tile__open[href^="{address}"]').click()
    expect(page.locator("#prompt-text")).to_have_text("a paper boat, without scripts")


def write(page: Page, prompt: str) -> None:
    page.get_by_label("Prompt", exact=True).fill(prompt)


def look_until_it_is_spent(page: Page, entry: Locator) -> None:
    """Load the ledger again until the line says what the picture cost, and no longer what is held for it."""
    end = time.monotonic() + PRICED_WITHIN
    while "Spent" not in (said := entry.inner_text()):
        assert time.monotonic() < end, said
        page.reload()


def go_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(TABS):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"no way by Tab to {selector}")
