"""A real browser before a running studio. A failing test leaves a picture of its page in test-results/.

Whatever the browser complains of (an error in the console, a refusal by the
content security policy, a request beyond this machine) fails the test.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    WebError,
    expect,
    sync_playwright,
)

from tests import outside
from tests.conftest import REPORTS
from tests.house import House
from tests.visitor import RECIPE, Books, Visitor, found

RESULTS = Path(__file__).resolve().parents[2] / "test-results"
PATIENCE = 30_000  # milliseconds; two cores may be busy with others
LOCAL_SCHEMES = {"data", "blob", "about"}
expect.set_options(timeout=PATIENCE)
PROMPT = "{red|blue} dunes under {a full moon|a clear sky}"
SETTLES_LATE = """() => {
  const real = window.setTimeout;
  window.setTimeout = (work, after, ...rest) => real(work, after === 20 ? 600 : after, ...rest);
}"""
"""A busy machine, where a settling of 20 ms, as htmx does by default, would come long after its swap."""


class Open(Protocol):
    """Opens a fresh profile, as a person at a machine of their own would; takes Playwright's options."""

    def __call__(self, **options: Any) -> BrowserContext: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test in this folder: all of them need Chromium."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start the browser for the tests of a module.

    Not longer: while Playwright is open, its event loop runs in this thread, and Django refuses a
    database to whoever comes after.
    """
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
def new_context(
    chromium: Browser, running_studio: House, complaints: list[str], request: pytest.FixtureRequest
) -> Iterator[Open]:
    """Return a way to open profiles; after the test see that there was no complaint in any."""
    opened: list[BrowserContext] = []

    def open_one(**options: Any) -> BrowserContext:
        context = chromium.new_context(base_url=running_studio.url, **options)
        context.set_default_timeout(PATIENCE)
        _listen(context, complaints)
        opened.append(context)
        return context

    yield open_one
    report = request.node.stash.get(REPORTS, {}).get("call")
    for number, context in enumerate(opened):
        if report is not None and report.failed:
            _keep_pictures(context, f"{request.node.nodeid}-{number}")
        context.close()
    assert complaints == []


@pytest.fixture
def context(new_context: Open) -> BrowserContext:
    """Open a profile as the browser comes."""
    return new_context()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Open a tab."""
    return context.new_page()


@pytest.fixture
def sign_in(page: Page) -> Callable[[str], Page]:
    """Return a way in: `sign_in("designer")` presses the demonstration's button of that role."""

    def press(role: str) -> Page:
        enter(page, role)
        return page

    return press


@pytest.fixture(scope="session")
def finished_run(running_studio: House) -> str:
    """Return the address of a run of the designer's with four finished images."""
    with Visitor(running_studio) as person:
        run = person.sign_in("designer").generate(PROMPT, shape="3x2")
        person.wait_until_quiet()
        return run


@pytest.fixture(scope="session")
def finished_image(running_studio: House, finished_run: str) -> str:
    """Return the address of one of those images."""
    with Visitor(running_studio) as person:
        return person.sign_in("designer").images_of(finished_run)[0]


@pytest.fixture(scope="session")
def finished_wire(running_studio: House, finished_image: str) -> str:
    """Return the address of what was sent for that image."""
    with Visitor(running_studio) as person:
        page = person.sign_in("designer").page(finished_image)
    return found(r'href="(/jobs/[0-9a-f-]{36}/wire)"', page)


@pytest.fixture(autouse=True)
def _calm_provider(running_studio: House) -> Iterator[None]:
    """Leave to the next test a provider that is quick and well, however this one ended."""
    yield
    books = Books(running_studio)
    books.set_faults([])
    books.set_latency("instant")


def enter(page: Page, role: str) -> None:
    """Press the demonstration's button of a role; what others of the role were writing is put aside."""
    go_on(page, role)
    token = page.locator('input[name="csrfmiddlewaretoken"]').first.get_attribute("value") or ""
    kept = page.request.post(
        "/composer/estimate",
        form={**RECIPE, "template": "", "when": "now"},
        headers={"HX-Request": "true", "X-CSRFToken": token, "Referer": page.url},
    )
    assert kept.ok, kept.status
    page.reload()


def go_on(page: Page, role: str) -> None:
    """Press the demonstration's button of a role, and go on with what the role was writing."""
    page.goto("/sign-in")
    page.locator(f'form[action="/sign-in/as/{role}"] button').click()
    page.wait_for_url(re.compile(r"^(?!.*/sign-in)"))


# htmx's own words for a question that a newer one took the place of (hx-sync="this:replace"): no fault.
# A request that failed is told by others: htmx:sendError, htmx:responseError, and the browser's own.
REPLACED = ("htmx:sendAbort,", "htmx:afterRequest,")
# The browser's own, where the next page stood before it could fade to it: the page is there all the same.
UNFADED = "Transition was aborted because of invalid state. Page already revealed"


def _listen(context: BrowserContext, complaints: list[str]) -> None:
    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(REPLACED):
            complaints.append(message.text)

    def see(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in LOCAL_SCHEMES and address.hostname not in {"127.0.0.1", "localhost"}:
            complaints.append(f"a request beyond this machine: {request.url}")

    context.on("console", hear)

    def stumble(error: WebError) -> None:
        if UNFADED not in str(error.error):
            complaints.append(str(error.error))

    context.on("weberror", stumble)
    context.on("request", see)


def _keep_pictures(context: BrowserContext, test: str) -> None:
    RESULTS.mkdir(exist_ok=True)
    name = re.sub(r"[^\w-]+", "-", test)
    for number, page in enumerate(context.pages):
        page.screenshot(path=RESULTS / f"{name}-{number}.png", full_page=True, caret="initial")
