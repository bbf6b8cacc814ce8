"""Comparing, a report and a grid taken along, in a browser: by keys, and with JavaScript off."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, enter
from tests.browser.test_pages import DESK, PHONE, WIDTHS, axe, overflow
from tests.house import House
from tests.visitor import Visitor, found

ROLE = "designer"
GRID = "{red|blue|green} dunes under {a full moon|a clear sky|a storm|golden hour}"
TICKS = ".tile__tick"
SCALE = "img => new DOMMatrix(getComputedStyle(img).transform).a"


@pytest.fixture(scope="module")
def grid(running_studio: House) -> str:
    """Return the address of a run of twelve images."""
    with Visitor(running_studio) as person:
        run = person.sign_in(ROLE).generate(GRID, shape="3x2")
        person.wait_until_quiet()
        return run


@pytest.fixture(scope="module")
def images(running_studio: House, grid: str) -> list[str]:
    """Return the ids of its images."""
    with Visitor(running_studio) as person:
        return [address.rpartition("/")[2] for address in person.sign_in(ROLE).images_of(grid)]


@pytest.fixture(scope="module")
def report(running_studio: House, grid: str, images: list[str]) -> str:
    """Return the address of its experiment's report: twelve findings and a long sentence everywhere."""
    with Visitor(running_studio) as person:
        person.sign_in(ROLE)
        experiment = found(r'href="(/experiments/[0-9a-f-]{36})"', person.page(grid))
        long = "Does a dune under a full moon look calmer than one under a storm, and is it the light? " * 3
        person.post(f"{experiment}/question", {"title": "Dunes", "question": long[:300], "budget": "500"})
        sent = "&".join(f"shown={one}&image={one}" for one in images)
        headers = {"X-CSRFToken": person.csrf, "Content-Type": "application/x-www-form-urlencoded"}
        person.http.post(
            f"{experiment}/result", content=sent, headers=headers | {"Referer": str(person.http.base_url)}
        )
        person.post(
            f"{experiment}/close", {"conclusion": "Under the full moon, by the longest shadows. " * 8}
        )
        return f"{experiment}/report"


def compare(images: list[str], count: int, more: str = "") -> str:
    return "/compare?" + "&".join(f"image={one}" for one in images[:count]) + more


def scales(page: Page) -> set[float]:
    return {round(image.evaluate(SCALE), 2) for image in page.locator(".port img").all()}


class TestComparing:
    def test_ticked_with_the_keyboard_on_two_pages_they_come_together(
        self, page: Page, grid: str, images: list[str]
    ) -> None:
        enter(page, ROLE)
        page.goto(grid)
        for place in (0, 3):
            page.locator(".tile__open").nth(place).focus()
            page.keyboard.press("s")
        expect(page.locator("[data-count]")).to_have_text("2 to compare")
        page.goto("/gallery?q=dunes")
        page.locator(f'{TICKS}[value="{images[1]}"]').focus()
        page.keyboard.press("Space")
        expect(page.locator("[data-compare]")).to_have_text("Compare with 2 more")
        page.keyboard.press("t")
        expect(page.get_by_role("heading", name="Compare 3 images")).to_be_visible()
        assert page.url.count("image=") == 3
        assert images[0] in page.url

    def test_a_fifth_tick_is_taken_back(self, page: Page, grid: str) -> None:
        enter(page, ROLE)
        page.goto(grid)
        for place in range(5):
            page.locator(TICKS).nth(place).click()
        expect(page.locator(f"{TICKS}:checked")).to_have_count(4)
        expect(page.locator("#live")).to_have_text("Four images can be compared at once.")
        page.get_by_role("button", name="Tick none").click()
        expect(page.locator(f"{TICKS}:checked")).to_have_count(0)

    def test_all_pictures_zoom_and_move_together(self, page: Page, images: list[str]) -> None:
        enter(page, ROLE)
        page.goto(compare(images, 4))
        page.get_by_role("button", name="Larger").click()
        assert scales(page) == {1.5}
        page.locator(".port").nth(2).focus()
        page.keyboard.press("+")
        page.keyboard.press("ArrowRight")
        moved = {image.evaluate("img => img.style.transform") for image in page.locator(".port img").all()}
        assert len(moved) == 1
        assert scales(page) == {2.25}
        page.keyboard.press("0")
        assert scales(page) == {1.0}
        page.locator(".port").first.dblclick()
        assert scales(page) == {2.25}

    def test_the_slider_moves_by_key_and_by_hand(self, page: Page, images: list[str]) -> None:
        enter(page, ROLE)
        page.goto(compare(images, 2, "&view=slider"))
        bar, port = page.get_by_role("slider"), page.locator(".slider__port")
        bar.focus()
        page.keyboard.press("End")
        expect(bar).to_have_value("100")
        box = port.bounding_box()
        assert box is not None
        middle = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + box["width"] / 2, middle)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] / 4, middle)
        page.mouse.up()
        expect(bar).to_have_value("25")
        assert port.evaluate("port => port.style.getPropertyValue('--at')") == "25"

    def test_flicker_goes_by_numbers_and_the_space_bar(self, page: Page, images: list[str]) -> None:
        enter(page, ROLE)
        page.goto(compare(images, 3, "&view=flicker"))
        seen = page.locator(".flick__stack > .port")
        page.keyboard.press("3")
        expect(seen.nth(2)).to_be_visible()
        expect(seen.nth(0)).to_be_hidden()
        page.keyboard.press("Space")
        expect(seen.nth(0)).to_be_visible()
        page.get_by_role("button", name="Flicker by itself").click()
        expect(seen.nth(1)).to_be_visible()
        page.get_by_role("button", name="Stop").click()

    def test_without_javascript_it_is_all_there(
        self, new_context: Open, grid: str, images: list[str]
    ) -> None:
        page = new_context(java_script_enabled=False).new_page()
        enter(page, ROLE)
        page.goto(grid)
        for place in (0, 1):
            page.locator(TICKS).nth(place).check()
        page.locator("#compare button").first.click()
        expect(page.get_by_role("heading", name="Compare 2 images")).to_be_visible()
        page.get_by_role("link", name="Flicker").click()
        page.locator(".flick__tabs label").nth(1).click()
        expect(page.locator(".flick__stack > .port").nth(1)).to_be_visible()
        page.get_by_role("link", name="Slider").click()
        page.locator("#slider-at").fill("80")
        page.get_by_role("button", name="Show").click()
        expect(page.locator('[data-at="80"]')).to_be_visible()
        page.goto(compare(images, 1))
        page.locator(".choose .tick").first.check()
        page.get_by_role("button", name="Compare").click()
        expect(page.get_by_role("heading", name="Compare 2 images")).to_be_visible()


@pytest.mark.parametrize("shown", ["side", "slider", "flicker", "choose", "report"])
def test_there_is_no_barrier_and_no_sideways_scroll(
    new_context: Open, images: list[str], report: str, shown: str
) -> None:
    page = new_context(reduced_motion="reduce").new_page()
    enter(page, ROLE)
    page.goto(
        report if shown == "report" else compare(images, 1 if shown == "choose" else 4, f"&view={shown}")
    )
    barriers = {}
    for width, height in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            barriers[f"{width} {scheme}"] = axe(page)
    assert not any(barriers.values()), barriers
    assert {width: over for width in WIDTHS if (over := overflow(page, width))} == {}


def test_a_report_with_twelve_findings_prints_on_one_page(page: Page, report: str, tmp_path: Path) -> None:
    enter(page, ROLE)
    page.goto(report)
    expect(page.locator(".found img")).to_have_count(12)
    page.wait_for_load_state("networkidle")
    paper = page.pdf(prefer_css_page_size=True)
    (tmp_path / "report.pdf").write_bytes(paper)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


def test_a_grid_taken_along_opens_from_the_disk_without_a_network_or_script(
    page: Page, new_context: Open, grid: str, tmp_path: Path, complaints: list[str]
) -> None:
    enter(page, ROLE)
    page.goto(grid)
    with page.expect_download() as waiting:
        page.locator(".exports a", has_text="Web page").click()
    file = tmp_path / "grid.html"
    waiting.value.save_as(file)
    alone = new_context(offline=True, java_script_enabled=False).new_page()
    alone.goto(file.as_uri())
    complaints.remove(f"a request beyond this machine: {file.as_uri()}")
    assert alone.locator("img").count() == 12
    for image in alone.locator("img").all():
        expect(image).to_have_js_property("complete", True)
    expect(alone.get_by_role("rowheader", name="blue")).to_be_visible()
