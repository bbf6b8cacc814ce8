"""Images put in order, in a browser: chosen by Shift, moved by keys, undone, thrown away, fetched back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, enter
from tests.browser.test_pages import axe, overflow
from tests.house import House
from tests.visitor import Visitor

ROLE = "designer"
PROMPT = "{one|two|three} weathered lighthouses in fog"
GALLERY = "/gallery?q=weathered+lighthouses"
TICKS = "#grid .tile__tick"


@pytest.fixture(scope="module")
def lighthouses(running_studio: House) -> str:
    """Return the gallery's address that finds three images."""
    with Visitor(running_studio) as person:
        person.sign_in(ROLE).generate(PROMPT, shape="3x2")
        person.wait_until_quiet()
    return GALLERY


def test_a_selection_is_moved_by_keys_undone_thrown_away_and_fetched_back(
    page: Page, lighthouses: str
) -> None:
    enter(page, ROLE)
    page.goto(lighthouses)
    expect(page.locator(TICKS)).to_have_count(3)
    page.locator("#grid .tile__open").first.focus()
    for _ in range(2):
        page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#selection [data-count]")).to_have_text("3 selected")
    page.keyboard.press("m")
    page.locator("#id_new_board").fill("Coast by night")
    page.keyboard.press("Enter")
    toast = page.locator("[data-toast]", has_text="3 images put on Coast by night.")
    expect(toast).to_be_visible()
    board = page.locator(".side__item", has_text="Coast by night")
    expect(board.locator(".num")).to_have_text("3")
    toast.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-toast]", has_text="Taken back")).to_be_visible()
    expect(board).to_have_count(0)
    page.locator(TICKS).first.check()
    page.locator(TICKS).nth(2).click(modifiers=["Shift"])
    expect(page.locator("#selection [data-count]")).to_have_text("3 selected")
    page.keyboard.press("Delete")
    expect(page.locator(TICKS)).to_have_count(0)
    page.reload()
    expect(page.get_by_text("Nothing found")).to_be_visible()
    page.locator(".lastdeed").get_by_role("button", name="Undo").click()
    expect(page.locator(TICKS)).to_have_count(3)
    page.locator("#grid .tile__open").first.focus()
    page.keyboard.press("h")
    expect(page.locator("#grid .plate--mine")).to_be_visible()
    page.goto("/gallery?q=is:favourite+lighthouses")
    expect(page.locator(TICKS)).to_have_count(1)
    assert axe(page) == []


def test_what_is_selected_is_handed_out_on_a_page_of_its_own_and_still_ticked_on_the_way_back(
    page: Page, lighthouses: str
) -> None:
    enter(page, ROLE)
    page.goto(lighthouses)
    page.locator(TICKS).first.check()
    page.locator(TICKS).last.click(modifiers=["Shift"])
    page.locator(TICKS).nth(1).uncheck()
    page.get_by_role("button", name="Sheet").click()
    expect(page.locator(".print__pic")).to_have_count(2)
    page.go_back()
    expect(page.locator("#selection [data-count]")).to_have_text("2 selected")
    page.keyboard.press("Escape")
    expect(page.locator(f"{TICKS}:checked")).to_have_count(0)
    page.locator(TICKS).first.check()
    page.get_by_label(re.compile("^All ")).check()
    expect(page.locator(f"{TICKS}:checked")).to_have_count(3)
    page.get_by_role("button", name="Link for guests").click()
    expect(page.get_by_label("Title")).to_have_value("weathered lighthouses")


def test_without_script_each_button_works_on_what_is_ticked(new_context: Open, lighthouses: str) -> None:
    page = new_context(java_script_enabled=False, viewport={"width": 360, "height": 740}).new_page()
    enter(page, ROLE)
    page.goto(lighthouses)
    assert overflow(page, 360) == []
    for place in range(2):
        page.locator(TICKS).nth(place).check()
    page.get_by_role("button", name="Tag", exact=True).click()
    page.locator("#id_tags").fill("Fog, Sea")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("[data-toast]")).to_contain_text("2 images tagged “fog”, “sea”.")
    page.goto('/gallery?q=tag:"fog"')
    expect(page.locator(TICKS)).to_have_count(2)
    page.locator(TICKS).first.check()
    page.get_by_role("button", name="Trash").click()
    expect(page.locator(TICKS)).to_have_count(1)
    page.goto("/trash")
    page.locator(".thrown .tick").first.check()
    page.get_by_role("button", name="Fetch back").click()
    expect(page.locator("[data-toast]")).to_contain_text(re.compile("1 image fetched back"))
    page.goto('/gallery?q=tag:"fog"')
    expect(page.locator(TICKS)).to_have_count(2)
