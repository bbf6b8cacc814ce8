"""A real browser before a running studio. A failing test leaves a picture of its page in test-results/.

Whatever the browser complains of (an error in the console, a refusal by the
content security policy, a request beyond this machine) fails the test.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests import outside
from tests.conftest import REPORTS
from tests.house import House

RESULTS = Path(__file__).resolve().parents[2] / "test-results"
PATIENCE = 15_000  # milliseconds
LOCAL_SCHEMES = {"data", "blob", "about"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test in this folder: all of them need Chromium."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the browser once for all tests of this worker."""
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=outside.chromium(), args=options)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """Return the list in which the browser's complaints are gathered; a test that expects one removes it."""
    return []


@pytest.fixture
def context(
    chromium: Browser, running_studio: House, complaints: list[str], request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """Open a fresh profile (a person at a machine); after the test see that there was no complaint."""
    context = chromium.new_context(base_url=running_studio.url)
    context.set_default_timeout(PATIENCE)
    _listen(context, complaints)
    yield context
    report = request.node.stash.get(REPORTS, {}).get("call")
    if complaints or (report is not None and report.failed):
        _keep_pictures(context, request.node.nodeid, running_studio)
    context.close()
    assert complaints == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Open a tab."""
    return context.new_page()


@pytest.fixture
def sign_in(page: Page) -> Callable[[str], Page]:
    """Return a way in: `sign_in("designer")` presses the demonstration's button of that role."""

    def press(role: str) -> Page:
        page.goto("/sign-in")
        page.locator(f'form[action="/sign-in/as/{role}"] button').click()
        page.wait_for_url(re.compile(r"^(?!.*/sign-in)"))
        return page

    return press


def _listen(context: BrowserContext, complaints: list[str]) -> None:
    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    def see(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in LOCAL_SCHEMES and address.hostname != "127.0.0.1":
            complaints.append(f"a request beyond this machine: {request.url}")

    context.on("console", hear)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("request", see)


def _keep_pictures(context: BrowserContext, test: str, house: House) -> None:
    """Keep each open page as it looks, and what the studio said."""
    RESULTS.mkdir(exist_ok=True)
    name = re.sub(r"[^\w-]+", "-", test).strip("-")
    (RESULTS / f"{name}.log").write_text(house.log.read_text())
    for number, page in enumerate(context.pages):
        page.screenshot(path=RESULTS / f"{name}-{number}.png", full_page=True)
