"""An open Explore page as htmx runs it: it presses Generate, then asks for news at the pace it is told."""

import re
import time
from html import unescape

from tests.house import House
from tests.visitor import Visitor, found

DELAY = re.compile(r'hx-trigger="load delay:([\d.]+)s')
MUST_SHOW_WITHIN = 60.0  # seconds


class Tab:
    """One person's page."""

    def __init__(self, house: House, role: str) -> None:
        self.person = Visitor(house).sign_in(role)
        self.poller = ""
        self.delay = 0.0
        self.again = 0.0
        self.draft = ""
        self._learn(self.person.page("/"))

    def close(self) -> None:
        """Close the page."""
        self.person.http.close()

    def reload(self) -> None:
        """Load the page again."""
        self._learn(self.person.page("/"))

    def generate(self, prompt: str, **fields: str) -> list[str]:
        """Press Generate, and return the ids of the tiles that appeared."""
        told = {"Studio-Poller": self.poller.partition("?")[2]}  # what the page would ask for next
        answer = self.person.press_generate(prompt, told, draft=self.draft, **fields)
        assert answer.status_code == 200, answer.text[:400]
        self._learn(answer.text)
        self.person.token = found(r'id="composer-token" value="([0-9a-f]{32})"', answer.text)
        return re.findall(r'id="(tile-[0-9a-f-]{36})"', answer.text)

    def ask(self) -> str:
        """Ask for news once, and return what came."""
        answer = self.person.http.get(self.poller, headers={"HX-Request": "true"})
        if answer.status_code == 204:
            self.again = float(answer.headers.get("Studio-Ask-Again", 0))
        else:
            self._learn(answer.text)
            self.again = self.delay
        return answer.text

    def wait_for(self, tile: str, pace: float | None = None) -> None:
        """Ask until an answer carries the tile with its picture; at the page's own pace, or at another."""
        end = time.monotonic() + MUST_SHOW_WITHIN
        done = re.compile(rf'id="{tile}"[^>]*data-state="done"')
        while not done.search(self.ask()):  # the first question comes with the answer to Generate
            assert time.monotonic() < end, "the picture did not appear"
            time.sleep(self.delay if pace is None else pace)

    def picture_of(self, tile: str) -> bytes:
        """Ask as the page does until an answer shows the tile's picture, and fetch it."""
        return self.person.http.get(self.news_of(tile)).raise_for_status().content

    def news_of(self, tile: str) -> str:
        """Ask as the page does until an answer shows the tile's picture; return the picture's address."""
        end = time.monotonic() + MUST_SHOW_WITHIN
        shown = re.compile(rf'(?s)id="{tile}"[^>]*data-state="done".*?<img[^>]*? src="([^"]+)"')
        while not (match := shown.search(self.ask())):
            assert time.monotonic() < end, "the picture did not appear"
            time.sleep(self.again)
        return unescape(match[1])

    def rest(self, within: float = MUST_SHOW_WITHIN) -> None:
        """Ask on, as an open page does, until nothing is live, or for so many seconds."""
        end = time.monotonic() + within
        while self.live and time.monotonic() < end:
            self.ask()
            time.sleep(self.again)

    @property
    def live(self) -> bool:
        """Tell whether the page asks by itself."""
        return "pass=" in self.poller

    def _learn(self, page: str) -> None:
        """Take the next poller and the draft out of a page or an answer."""
        self.draft = found(r'name="draft" value="([0-9a-f-]{36})"', page) or self.draft
        if poller := found(r'id="pulse"[^>]* hx-get="([^"]+)"', page):
            self.poller = unescape(poller)
        if delay := DELAY.search(page):
            self.delay = float(delay[1])
