"""The composer in a browser: by keys alone, without scripts, and smooth with all that it may hold."""

import json
import re
from collections.abc import Callable, Iterator

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SETTLES_LATE, Open, enter
from tests.browser.test_main_path import go_to, write

MOST_MILLISECONDS = 50  # of one task of the page's main thread, on the processor
CATEGORIES = ["disabled-by-default-devtools.timeline", "devtools.timeline", "__metadata"]
TWENTY = "{" + "|".join(f"word{number}" for number in range(20)) + "}"


def test_with_keys_only_a_person_goes_from_an_idea_to_pictures(page: Page) -> None:
    enter(page, "designer")
    a_list(page, "shore", "a rocky shore\na lagoon")
    page.goto("/")
    page.evaluate(SETTLES_LATE)  # a button pressed as soon as it is there is htmx's by then
    page.keyboard.press("n")
    prompt = page.locator("[data-prompt]")
    expect(prompt).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("a quiet hut by {red")
    expect(page.locator("#prompt-said")).to_contain_text("Character 16: this { is never closed.")
    expect(prompt).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-paint] del")).to_have_text("{")
    page.keyboard.type("|blue} boats, at __sho")
    expect(page.locator("[data-suggest] [aria-selected=true]")).to_have_text("shore")
    page.keyboard.press("Enter")
    expect(prompt).to_have_value("a quiet hut by {red|blue} boats, at __shore__")
    expect(page.locator("#generate")).to_contain_text("Generate 4 images")
    expect(prompt).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator(".final__text")).to_have_text("a quiet hut by red boats, at a rocky shore")

    go_to(page, "#open-blocks")
    page.keyboard.press("Enter")
    go_to(page, "#blocks [data-insert]")
    words = page.evaluate("document.activeElement.value")
    page.keyboard.press("Enter")
    expect(prompt).to_be_focused()
    expect(prompt).to_have_value(f"a quiet hut by {{red|blue}} boats, at __shore__, {words}")
    page.keyboard.press("Control+Z")
    expect(prompt).to_have_value("a quiet hut by {red|blue} boats, at __shore__")

    go_to(page, "#flatten")
    page.keyboard.press("Enter")
    expect(prompt).to_have_value("a quiet hut by {red|blue} boats, at {a rocky shore|a lagoon}")
    expect(page.locator("#flatten")).to_contain_text("Undo flatten")
    expect(page.locator("#flatten")).to_be_focused()
    page.keyboard.press("Enter")
    expect(prompt).to_have_value("a quiet hut by {red|blue} boats, at __shore__")
    expect(page.locator("[data-paint]")).to_contain_text("__shore__")  # painted once all of it is in place

    page.keyboard.press("Control+Enter")
    run = page.locator("#runs .run", has_text="quiet hut")
    expect(run.locator('.tile[data-state="done"]')).to_have_count(4)
    page.keyboard.press("Shift+Tab")  # out of the prompt, where j is a letter
    page.keyboard.press("j")
    expect(run.locator(".run__link").first).to_be_focused()
    page.evaluate("document.body.dispatchEvent(new Event('estimate'))")
    expect(page.locator(".made")).to_contain_text("You already have this")


def test_the_same_again_takes_one_more_click(page: Page, complaints: list[str]) -> None:
    """A32."""
    enter(page, "designer")
    write(page, "a lighthouse made once")
    expect(page.locator("#generate")).to_contain_text("Generate 1 image")
    page.locator("#generate").click()
    runs = page.locator("#runs .run", has_text="made once")
    expect(runs.locator('.tile[data-state="done"]')).to_have_count(1)
    page.locator("#generate").click()
    expect(page.locator("#refusal")).to_contain_text("You already have this.")
    complaints[:] = [one for one in complaints if "422" not in one]
    expect(page.get_by_role("link", name="Use this (0 credits)")).to_be_visible()
    expect(page.get_by_label("Make more")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    expect(runs).to_have_count(2)
    expect(page.locator("#id_more")).not_to_be_checked()


def test_without_javascript_a_person_checks_the_price_and_flattens(new_context: Open) -> None:
    page = new_context(java_script_enabled=False).new_page()
    enter(page, "reviewer")
    write(page, "a {red|blue} paper boat, checked first")
    page.get_by_role("button", name="Check prompts and price").click()
    expect(page.locator("#generate")).to_contain_text("Generate 2 images")
    expect(page.locator(".preview__list li")).to_have_count(2)
    page.get_by_role("button", name="Hide these hints").click()
    expect(page.locator(".coach")).to_have_count(0)
    page.get_by_role("button", name="Show what the prompt says").click()
    expect(page.locator(".coach")).to_be_visible()
    page.get_by_role("button", name="Words").click()
    page.locator("#blocks [data-insert]").first.click()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value(re.compile(r"checked first, .+"))


def test_the_composer_stays_smooth_with_all_that_it_may_hold(chromium: Browser, page: Page) -> None:
    """No task over 50 ms, by the thread's own time: other processes may have the processor meanwhile."""
    enter(page, "owner")
    a_list(page, "long", "\n".join(f"a long entry, number {number}" for number in range(420)))
    page.goto("/")
    write(page, "warm up")
    expect(page.locator("#generate")).to_contain_text("Generate 1 image")
    for _ in range(3):  # a neighbour on the processor slows now and then, a page that is slow always
        tasks = list(traced(chromium, page, lambda: compose(page)))
        if max(tasks) < MOST_MILLISECONDS:
            break
    print(f"{len(tasks)} tasks, the longest {max(tasks):.1f} ms")
    assert len(tasks) > 100
    assert max(tasks) < MOST_MILLISECONDS, sorted(tasks)[-5:]
    slow = list(traced(chromium, page, lambda: page.evaluate(BUSY)))
    assert max(slow) > MOST_MILLISECONDS  # what is too slow would have been seen


BUSY = """() => {
  let sum = 0;
  for (let step = 0; step < 4e8; step++) sum += step % 7;
  return sum;
}"""


def compose(page: Page) -> None:
    """Type into a text of 10,000 characters, then into one that makes 400 images, then with a long list."""
    plan = page.locator("#plan")
    write(page, "sand, " * 1_660)
    page.keyboard.type("{dune|sea} and more", delay=20)
    expect(page.locator("#prompt-said")).to_contain_text("Doitong takes 4,000")
    write(page, f"a {TWENTY} by {TWENTY}")
    page.keyboard.type(" at dawn, wide shot", delay=20)
    expect(plan).to_contain_text("400 images")
    page.locator("#final-all summary").click()
    page.keyboard.press("Control+Home")
    write(page, "a hut in __long__")
    page.keyboard.type(" at night in the midday sun", delay=20)
    expect(plan).to_contain_text("420 images")
    expect(page.locator(".coach__clash")).to_be_visible()


def traced(chromium: Browser, page: Page, act: Callable[[], object]) -> Iterator[float]:
    """Yield how long each task of the pages' main threads was on the processor meanwhile, in milliseconds."""
    chromium.start_tracing(page=page, categories=CATEGORIES)
    act()
    page.evaluate("new Promise(done => setTimeout(done))")  # tasks are told of when they ended
    events = json.loads(chromium.stop_tracing())["traceEvents"]
    threads = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    for event in events:
        if event["name"] == "RunTask" and (event["pid"], event["tid"]) in threads and "tdur" in event:
            yield event["tdur"] / 1000


def a_list(page: Page, name: str, entries: str) -> None:
    """Make a word list of the team in the library."""
    page.goto("/library/lists/new")
    page.get_by_label("Name").fill(name)
    page.locator("textarea[name=text]").fill(entries)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile("/library/lists/(?!new)"))
