"""Told when a run is done or failed: in the tab always, on the desktop where that was wanted (B19)."""

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, enter
from tests.house import House
from tests.visitor import Books

# what the page would show on the desktop; and a person who looks at something else
NOTICES = """
    window.Notification = class extends EventTarget {
      static get permission() { return sessionStorage.getItem("granted") ?? "default"; }
      static async requestPermission() { sessionStorage.setItem("granted", "granted"); return "granted"; }
      constructor(title, { body }) {
        super();
        const shown = Object.assign(document.createElement("output"), { textContent: `${title}: ${body}` });
        document.body.append(shown);
      }
    };
    document.hasFocus = () => false;
"""


@pytest.fixture
def away(new_context: Open) -> Page:
    """Open the studio for somebody who works in another window."""
    page = new_context(permissions=["notifications"]).new_page()
    page.add_init_script(NOTICES)
    enter(page, "reviewer")
    return page


def generate(page: Page, prompt: str) -> None:
    """Generate one image of each variation, whatever the person's last draft asked for."""
    page.goto(f"/recipe?{urlencode({'template': prompt, 'each': 1})}")
    expect(page.get_by_label("Prompt", exact=True)).to_have_value(prompt)
    expect(page.locator("#generate")).to_contain_text(re.compile(r"Generate \d"))
    page.locator("#generate").click()


def test_the_tab_counts_what_is_on_its_way_and_the_icon_follows(away: Page, running_studio: House) -> None:
    books = Books(running_studio)
    books.set_latency("1.5")
    try:
        generate(away, "{one|two} kites, counted")
        expect(away).to_have_title("(2) Explore · Studio")
        icon = away.locator('link[rel="icon"]')
        expect(icon).to_have_attribute("href", re.compile("icon-live"))
        expect(away).to_have_title("Explore · Studio")
        expect(icon).to_have_attribute("href", re.compile(r"icon(\.[0-9a-f]+)?\.svg"))
    finally:
        books.set_latency("instant")


def test_one_notice_a_run_for_who_switched_it_on_and_none_before(away: Page) -> None:
    generate(away, "{one|two|three} kites, unasked")
    done = away.locator("#runs .run", has_text="unasked").locator('.tile[data-state="done"]')
    expect(done).to_have_count(3)
    expect(away.locator("output")).to_have_count(0)
    away.get_by_role("button", name="Account of").click()
    switch = away.get_by_role("switch", name="Notice when a run ends")
    expect(switch).to_have_attribute("aria-checked", "false")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true")
    away.keyboard.press("Escape")
    generate(away, "{one|two|three|four} kites, told")
    expect(away.locator("#runs .run", has_text="told").locator('.tile[data-state="done"]')).to_have_count(4)
    expect(away.locator("output", has_text=re.compile(": 4 of 4 images done$"))).to_have_count(1)
    expect(away.locator("output", has_text=": 3 of 3 images done")).to_have_count(0)


def test_a_failure_is_told_too(away: Page, running_studio: House) -> None:
    books = Books(running_studio)
    away.get_by_role("button", name="Account of").click()
    switch = away.get_by_role("switch", name="Notice when a run ends")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true")
    away.keyboard.press("Escape")
    books.set_faults([{"name": "failed_job"}])
    try:
        generate(away, "a kite in a storm")
        expect(away.locator("output", has_text=re.compile(": 0 of 1 image done, 1 failed$"))).to_have_count(1)
    finally:
        books.set_faults([])
