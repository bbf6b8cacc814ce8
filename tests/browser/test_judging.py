"""Judging in a browser: twenty images by keys, a word to a colleague, a pin by arrows; and without script."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, enter
from tests.browser.test_pages import axe, overflow
from tests.house import House
from tests.visitor import Visitor

KELP = "{red|blue|green|golden} kelp under {a full moon|a clear sky|a storm|fog|rain}"
SEARCH = "/review?q=kelp"
SHOWN = "[data-judge]:not([hidden])"


@pytest.fixture(scope="module")
def kelp(running_studio: House) -> list[str]:
    """Return the addresses of twenty images of the designer's."""
    with Visitor(running_studio) as person:
        run = person.sign_in("designer").generate(KELP, shape="3x2")
        person.wait_until_quiet()
        return person.images_of(run)


def judged(page: Page, key: str, count: int) -> None:
    """Press a key and see that the next image stands there, its picture loaded before its turn."""
    former = page.locator(SHOWN).get_attribute("id")
    page.keyboard.press(key)
    if key.isdigit():
        page.keyboard.press("ArrowRight")
    expect(page.locator("[data-judged]")).to_have_text(f"{count} judged")
    if count < 20:
        expect(page.locator(SHOWN)).not_to_have_id(former or "")


def test_twenty_images_are_judged_by_keys_and_one_is_taken_back(page: Page, kelp: list[str]) -> None:
    enter(page, "reviewer")
    page.goto(SEARCH)
    assert len(kelp) == 20
    for count, key in enumerate("px4" * 6 + "px", start=1):
        judged(page, key, count)
    expect(page.get_by_role("heading", name="That was the last one")).to_be_visible()
    page.keyboard.press("u")
    last = page.locator(SHOWN)
    expect(last.locator(".badge").first).to_have_text("Open")
    expect(page.locator("form.htmx-request")).to_have_count(0)  # all of it has arrived
    page.goto("/review?q=kelp status:approved")
    for _ in range(7):
        expect(page.locator(SHOWN).locator(".badge").first).to_have_text("Approved")
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="That was the last one")).to_be_visible()


def test_a_word_to_a_colleague_and_a_pin_reach_their_open_page(
    page: Page, new_context: Open, kelp: list[str]
) -> None:
    other = new_context().new_page()
    enter(other, "designer")
    other.goto(kelp[0])
    enter(page, "reviewer")
    page.goto(kelp[0])
    words = page.get_by_label("Add a comment")
    words.fill("Look **here**, ")
    words.press_sequentially("@Dan")
    expect(page.get_by_role("option", name="Dana Designer")).to_be_visible()
    words.press("Enter")
    page.get_by_role("button", name="Pin to a spot").click()
    for key in ("ArrowLeft", "ArrowLeft", "Shift+ArrowUp", "Enter"):
        page.keyboard.press(key)
    expect(page.locator('[name="x"]')).to_have_value("0.48")
    expect(words).to_be_focused()
    words.press("Control+Enter")
    pin = page.get_by_role("link", name="Pin 1: Look")
    expect(pin).to_be_visible()
    picture, spot = (
        page.locator(".pinned > img").bounding_box(),
        page.locator(".pin circle").last.bounding_box(),
    )
    assert picture is not None
    assert spot is not None
    middle = (spot["x"] + spot["width"] / 2 - picture["x"]) / picture["width"]
    assert middle == pytest.approx(0.48, abs=0.01)
    expect(other.locator(".thread .called")).to_have_text("@Dana Designer")
    expect(other.get_by_role("link", name="Pin 1: Look")).to_be_visible()
    assert axe(page) == []
    other.goto("/mentions")
    expect(other.locator("[popovertarget=account-menu]")).to_have_attribute(
        "aria-label", "Account of Dana Designer, 1 new mention"
    )
    assert axe(other) == []
    other.get_by_role("button", name="Mark all as read").click()
    expect(other.locator(".avatar__new")).to_have_count(0)


def test_without_javascript_the_same_are_plain_buttons(
    new_context: Open, kelp: list[str], complaints: list[str]
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    enter(page, "reviewer")
    page.goto(SEARCH)
    first = page.locator(SHOWN).get_attribute("id") or ""
    page.get_by_role("button", name="3 stars").click()
    expect(page.get_by_role("button", name="3 stars")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(SHOWN)).to_have_id(first)
    page.get_by_role("button", name="Needs work").click()
    expect(page.locator(SHOWN)).not_to_have_id(first)
    page.get_by_role("button", name="Undo").click()
    page.goto(kelp[1])
    page.get_by_label("Add a comment").fill("A plain word")
    page.get_by_text("Pin by numbers").click()
    page.get_by_label("From the left").fill("2")
    page.get_by_label("From the top").fill("0.5")
    page.get_by_role("button", name="Send comment").click()
    expect(page.get_by_text("A pin must lie on the picture")).to_be_visible()
    page.get_by_label("From the left").fill("0.25")
    page.get_by_role("button", name="Send comment").click()
    expect(page.locator(".thread").get_by_text("A plain word").first).to_be_visible()
    complaints[:] = [one for one in complaints if "422" not in one]  # the refused pin


def test_its_pages_fit_a_phone_and_are_plain_to_everybody(page: Page, kelp: list[str]) -> None:
    enter(page, "owner")
    for address in (SEARCH, kelp[2], "/mentions", "/review/rules"):
        page.goto(address)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert axe(page) == []
        assert overflow(page, 360) == []


NEVER_SENT = """
const { open, send } = XMLHttpRequest.prototype;
XMLHttpRequest.prototype.open = function (verb, address, ...more) {
  this.studioAddress = address;
  return open.call(this, verb, address, ...more);
};
XMLHttpRequest.prototype.send = function (body) {
  if (!this.studioAddress.endsWith("/decision")) send.call(this, body);
};
"""


def test_what_is_still_on_its_way_when_the_page_is_left_arrives(page: Page, running_studio: House) -> None:
    with Visitor(running_studio) as person:
        run = person.sign_in("designer").generate("A wall of bryophytes", shape="3x2")
        person.wait_until_quiet()
        (address,) = person.images_of(run)
    enter(page, "reviewer")
    page.add_init_script(NEVER_SENT)  # as on a line that is too slow for it
    page.goto("/review?q=bryophytes")
    page.keyboard.press("x")
    expect(page.locator("[data-judged]")).to_have_text("1 judged")
    page.goto(address)
    expect(page.locator(".standing .badge").first).to_have_text("Rejected", timeout=20_000)


def test_a_key_pressed_while_the_next_image_comes_is_kept_for_it(page: Page, kelp: list[str]) -> None:
    enter(page, "reviewer")
    page.goto(f"{kelp[10]}?q=kelp")
    for key in "jk":
        former = page.url
        page.keyboard.press(key)
        expect(page).not_to_have_url(former)
        page.keyboard.press("2")
        expect(page.locator(".rate .on")).to_have_count(2)
    expect(page).to_have_url(f"{kelp[10]}?q=kelp")
    assert axe(page) == []
