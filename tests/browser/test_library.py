"""The library in a browser: by keyboard alone, with JavaScript off, and a fault that is found by a press."""

import io
import zipfile

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Open, enter
from tests.house import House


def arrive(new_context: Open, address: str, **options: bool) -> Page:
    """Sign in and open a page of the library."""
    page = new_context(**options).new_page()
    enter(page, "designer")
    page.goto(address)
    return page


def test_a_list_is_made_by_keyboard_alone(new_context: Open, running_studio: House) -> None:
    page = arrive(new_context, "/library/lists/new")
    page.get_by_label("Name").focus()
    for words in ("browser/season", "the four"):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    page.keyboard.type("spring")
    page.keyboard.press("Enter")
    page.keyboard.type("autumn")
    expect(page.locator("#checked")).to_have_text("2 entries")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Use it as __browser/season__ in a prompt.")).to_be_visible()


def test_a_fault_is_told_while_typing_and_found_by_a_press(new_context: Open, running_studio: House) -> None:
    page = arrive(new_context, "/library/lists/new")
    entries = page.get_by_label("Entries")
    entries.fill("red\nblue\na {green")
    page.get_by_role("link", name="Line 3, character 3").click()
    expect(entries).to_be_focused()
    where = "field => [field.selectionStart, field.value.slice(field.selectionStart, field.selectionEnd)]"
    assert entries.evaluate(where) == [11, "{"]


def test_without_javascript_a_library_is_imported_and_a_list_deleted_and_brought_back(
    new_context: Open, running_studio: House
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("plain/colour.txt", "red\nblue")
    page = arrive(new_context, "/library/lists/import", java_script_enabled=False)
    file: FilePayload = {"name": "lists.zip", "mimeType": "application/zip", "buffer": packed.getvalue()}
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("1 new, 0 changed, 0 the same.")).to_be_visible()
    page.get_by_role("button", name="Import").click()
    page.get_by_role("button", name="Delete plain/colour").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="plain/colour")).to_be_visible()
