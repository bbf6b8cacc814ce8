"""The panel in a real browser: no barrier that axe knows, no sideways scroll, by keyboard, without script."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import outside
from tests.studio.sandbox.process import CONTROL, Running

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
SIZES = ((1440, 900), (390, 844))
WIDTHS = (320, 360, 390, 768, 1280, 1920)
KEY = "/panel/keys/sbx_pro"
OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true; })"
TOO_WIDE = "document.scrollingElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=outside.chromium(), args=options)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, real: Running) -> Iterator[Page]:
    """A tab before a sandbox with something in its books; its console must stay empty."""
    order = {
        "service": "flux-krea",
        "prompt": "a red dune at dusk " * 20,
        "webhookUrl": "http://127.0.0.1:9/",
    }
    real.http.post("/v1/text_to_image", json=order, headers={"X-API-Key": "sbx_pro"})
    context = chromium.new_context(base_url=real.url, reduced_motion="reduce")
    tab, complaints = context.new_page(), list[str]()
    tab.on("console", lambda message: complaints.append(message.text))
    yield tab
    context.close()
    real.http.delete("/control/keys/sbx_pro/faults", headers=CONTROL)
    assert complaints == []


@pytest.mark.parametrize("address", ["/panel", KEY])
def test_there_is_no_barrier_and_no_sideways_scroll(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate(OPEN_ALL)
    found = {}
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            barriers = [each["id"] for each in Axe().run(page, options=RULES)["violations"]]
            if barriers:
                found[f"{width} {scheme}"] = barriers
    assert found == {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(TOO_WIDE) <= 0, width


def test_a_fault_is_switched_on_by_keyboard_alone(page: Page) -> None:
    page.goto(KEY)
    page.locator("summary", has_text="Request").first.focus()
    page.keyboard.press("Enter")
    page.locator("#on-http_503").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")  # sends the form
    expect(page.get_by_role("status")).to_have_text("The faults are as shown.")
    expect(page.locator("#on-http_503")).to_be_checked()
    expect(page.locator("#on-http_500")).not_to_be_checked()


def test_it_works_without_script(chromium: Browser, real: Running) -> None:
    context = chromium.new_context(base_url=real.url, java_script_enabled=False)
    tab = context.new_page()
    tab.goto("/")
    tab.get_by_role("link", name="sbx_starter_b").click()
    tab.get_by_label("Drain to, credits").fill("42")
    tab.get_by_role("button", name="Drain").click()
    expect(tab.get_by_role("status")).to_have_text("The account owns what you set.")
    expect(tab.locator(".figures")).to_contain_text("42 free to spend")
    context.close()
