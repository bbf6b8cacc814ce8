"""Earlier prompts, sheets, pictures and links as a designer meets them: by mouse, by keys, script-free."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, enter, go_on
from tests.browser.test_main_path import go_to, write
from tests.browser.test_pages import DESK, PHONE, WIDTHS, axe, overflow
from tests.house import House
from tests.studio.generation.recipefiles import A1111, png

GOOD = b"prompt,size,ratio,quality\na paper boat,512,1:1,draft\na tin robot,512,1:1,draft\n"
BAD = b"prompt,size\na paper boat,9K\n,512\n"


def upload(page: Page, name: str, data: bytes, kind: str = "text/csv") -> None:
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": data})


def test_what_is_typed_is_on_the_other_machine_although_the_tab_was_killed(new_context: Open) -> None:
    """A22: type, wait two seconds, kill the tab; the form comes back filled in another profile."""
    words = f"a lighthouse, never sent, {uuid4().hex}"
    first = new_context()
    page = first.new_page()
    enter(page, "credit_admin")
    with page.expect_response("**/composer/estimate"):
        write(page, words)
    page.wait_for_load_state("networkidle")
    page.close(run_before_unload=False)
    first.close()
    other = new_context().new_page()
    go_on(other, "credit_admin")
    expect(other.get_by_label("Prompt", exact=True)).to_have_value(words)


def test_an_earlier_prompt_is_found_and_opened_beside_by_keys_alone(
    new_context: Open, finished_run: str
) -> None:
    page = new_context().new_page()
    enter(page, "designer")
    unsent = f"unsent words {uuid4().hex}"
    with page.expect_response("**/composer/estimate"):
        write(page, unsent)
    page.locator("body").click(position={"x": 2, "y": 2})
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url("**/history")
    page.keyboard.press("/")
    page.keyboard.type("moon RED blue dunes")
    expect(page).to_have_url(re.compile("q=moon.*blue"))
    expect(page.locator(".past__item").first).to_contain_text("red, blue")
    go_to(page, ".past__item:first-child button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/\?draft="))
    expect(page.get_by_label("Prompt", exact=True)).to_have_value(re.compile("dunes under"))
    page.locator(".drafts__list a", has_text=unsent[:20]).click()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value(unsent)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_sheet_is_mended_started_and_seen(new_context: Open, scripts: bool) -> None:
    page = new_context(java_script_enabled=scripts).new_page()
    enter(page, "reviewer")
    page.goto("/batches")
    upload(page, "bad.csv", BAD)
    if not scripts:
        page.get_by_role("button", name="Upload and check").click()
    page.get_by_label("Row 2, size").fill("512")
    page.get_by_label("Row 3, prompt").fill("a tin robot")
    page.locator("#save-mends").click()
    expect(page.locator("#start")).to_contain_text("Generate 2 images")
    page.locator("#start").click()
    expect(page.locator("#progress")).to_contain_text("of 2 done")
    for _ in range(60):
        if page.get_by_text("All of it is done.").count():
            break
        if scripts:
            page.locator("#progress").get_by_text("All of it is done.").wait_for()
        else:
            page.reload()
    with page.expect_download() as kept:
        page.get_by_role("link", name="Download 2 images (ZIP)").click()
    assert kept.value.suggested_filename == "bad.zip"


def test_a_picture_and_a_link_fill_the_form_beside_what_is_written(new_context: Open) -> None:
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    enter(page, "designer")
    page.locator("#open-ways").click()
    page.get_by_role("link", name="Start from a picture").click()
    upload(page, "castle.png", png({"parameters": A1111}), "image/png")
    expect(page.locator(".found")).to_contain_text("dreamshaper_8")
    page.locator("#write-on").click()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value(re.compile("a castle on a cliff"))
    page.locator("#open-ways").click()
    page.get_by_role("button", name="Copy a link to this recipe").click()
    expect(page.locator("[data-recipe-link]")).to_contain_text("Link copied")
    link = page.evaluate("navigator.clipboard.readText()")
    other = new_context().new_page()
    enter(other, "reviewer")
    other.goto(link)
    expect(other.get_by_label("Prompt", exact=True)).to_have_value(re.compile("a castle on a cliff"))


def test_the_same_prompt_at_2k_is_two_presses_away(new_context: Open, finished_image: str) -> None:
    page = new_context().new_page()
    enter(page, "designer")
    page.goto(finished_image)
    page.get_by_role("link", name="Repeat at 2K").click()
    expect(page.get_by_text("It will be another picture.")).to_be_visible()
    page.locator("#generate-larger").click()
    page.wait_for_url("**/runs/*")


@pytest.mark.parametrize("address", ["/history", "/batches", "/recipe/picture", "sheet", "larger"])
def test_their_pages_have_no_barrier_and_no_sideways_scroll(
    new_context: Open, running_studio: House, finished_image: str, address: str
) -> None:
    page = new_context(reduced_motion="reduce").new_page()
    enter(page, "designer")
    if address == "sheet":
        page.goto("/batches")
        upload(page, "bad.csv", BAD)
        page.wait_for_url("**/batches/*-*")
    else:
        page.goto(f"{finished_image.partition('?')[0]}/larger" if address == "larger" else address)
    found = {}
    for width, height in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            if barriers := axe(page):
                found[f"{width} {scheme}"] = barriers
    assert found == {}
    assert {width: over for width in WIDTHS if (over := overflow(page, width))} == {}
