"""A link for guests, in a browser: made, opened by somebody else with a password, and taken back (C18)."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Open, enter
from tests.browser.test_pages import axe, overflow

PASSWORD = "open sesame"


def make_link(page: Page, image: str) -> str:
    """Make a link to one image in the browser; return the address that is told once."""
    page.goto(f"/links/new?image={image.rpartition('/')[2]}")
    page.get_by_label("Title").fill("Autumn, first round")
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_label("A guest’s name").select_option("must")
    assert axe(page) == []
    page.get_by_role("button", name="Make the link").click()
    address = page.locator("#guest-address").inner_text()
    assert re.search(r"/g/[\w-]{43}$", address)
    return address[address.index("/g/") :]


def come_in(page: Page, address: str) -> None:
    """Open a link as somebody who knows its password."""
    page.goto(address)
    expect(page.get_by_role("heading", name="Autumn, first round")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Your name").fill("Kim Park")
    page.get_by_role("button", name="Show the pictures").click()
    expect(page.get_by_text("You are Kim Park")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_guest_picks_and_comments_until_the_link_is_taken_back(
    page: Page, new_context: Open, finished_image: str, complaints: list[str], script: bool
) -> None:
    enter(page, "designer")
    address = make_link(page, finished_image)
    profile: BrowserContext = new_context(java_script_enabled=script, viewport={"width": 390, "height": 844})
    guest = profile.new_page()
    come_in(guest, address)
    if script:
        assert axe(guest) == []
        assert overflow(guest, 360) == []
    guest.get_by_role("button", name="Pick picture 1").press("Enter")
    expect(guest.get_by_role("button", name="Picked picture 1")).to_have_attribute("aria-pressed", "true")
    guest.get_by_role("button", name="4 stars").click()
    guest.locator(".gcard__pic").click()
    guest.get_by_label("Your comment").fill("Warmer light, please.")
    guest.get_by_role("button", name="Send").click()
    expect(guest.get_by_text("Warmer light, please.")).to_be_visible()
    assert [cookie["name"].startswith("studio-guest-") for cookie in profile.cookies()] == [True]

    page.get_by_role("link", name="What guests do").click()
    expect(page.get_by_text("Picked by Kim Park")).to_be_visible()
    expect(page.get_by_text("Warmer light, please.")).to_be_visible()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Taken back", exact=True)).to_be_visible()
    guest.goto(address)
    expect(guest.get_by_role("heading", name="This link does not open")).to_be_visible()
    complaints[:] = [one for one in complaints if "404" not in one]
