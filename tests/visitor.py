"""A person before a running studio: pages, forms, htmx's requests, and their answers, without a browser.

It sends what a browser would send (cookies, CSRF tokens, the form's own token) and reads HTML; it
takes no short cut into the database.
"""

import re
import time
from collections.abc import Mapping
from html import unescape
from types import TracebackType
from typing import Any, Self

import httpx

from tests.house import House

PATIENCE = 60.0  # seconds; two cores may be busy with others
ASK_EVERY = 0.1  # seconds
QUIET = 286
TOKEN = r'name="token" id="composer-token" value="([0-9a-f]{32})"'
MORE = r'id="id_more" value="([0-9a-f]{16})"'
RECIPE = {"shape": "1x1", "size": "512", "quality": "draft", "each": "1", "visibility": "team"}


class Visitor:
    """One browser: sign in, write, press Generate, look again."""

    def __init__(self, house: House) -> None:
        self.http = httpx.Client(base_url=house.url, timeout=PATIENCE, trust_env=False)
        self.csrf = ""
        self.token = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def page(self, path: str) -> str:
        """Load a page; any answer but 200 is a fault."""
        answer = self.http.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:400]}"
        self.csrf = found(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.text) or self.csrf
        return answer.text

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> httpx.Response:
        """Send a form."""
        named = {"X-CSRFToken": self.csrf, "Referer": str(self.http.base_url), **headers}
        return self.http.post(path, data=dict(fields), headers=named)

    def sign_in(self, role: str = "designer") -> Self:
        """Come in by the demonstration's button of a role."""
        self.page("/sign-in")
        answer = self.post(f"/sign-in/as/{role}", {})
        assert answer.status_code == 302, answer.text[:400]
        self.page("/")  # signing in changes the CSRF token
        return self

    def generate(self, template: str, **fields: str) -> str:
        """Write a prompt, press Generate, and return the address of the run."""
        answer = self.press_generate(template, **fields)
        if answer.status_code == 422 and (meant := re.search(MORE, answer.text)):  # it is there already (A32)
            self.token = found(TOKEN, answer.text)
            answer = self.press_generate(template, **fields, more=meant[1])
        assert answer.status_code == 200, f"{answer.status_code} {template}: {refusal(answer.text)}"
        self.token = found(TOKEN, answer.text)
        return found(r'class="run__link" href="([^"]+)"', answer.text)

    def press_generate(
        self, template: str, more: Mapping[str, str] | None = None, /, **fields: str
    ) -> httpx.Response:
        """Press Generate as htmx does, with `more` headers, and return whatever is answered."""
        self.token = self.token or found(TOKEN, self.page("/"))
        form = {**RECIPE, "template": template, "token": self.token, **fields}
        return self.post("/runs", form, **{"HX-Request": "true", **(more or {})})

    def wait_until_quiet(self, within: float = PATIENCE) -> None:
        """Ask for news, as a page does, until nothing of this person's goes on by itself."""
        end = time.monotonic() + within
        while (answer := self.http.get("/news?since=0")).status_code != QUIET:
            assert answer.is_success, f"{answer.status_code} {answer.text[:400]}"
            assert time.monotonic() < end, f"still at work after {within} s"
            time.sleep(ASK_EVERY)

    def wait_until_accepted(self, run: str, within: float = PATIENCE) -> None:
        """Look at a run until the provider has taken all of it."""
        end = time.monotonic() + within
        while not {*self.states_of(run)} <= {"generating", "done"}:
            assert time.monotonic() < end, f"{self.states_of(run)} after {within} s"
            time.sleep(ASK_EVERY)

    def images_of(self, run: str) -> list[str]:
        """Return the addresses of a run's finished images, in order."""
        return re.findall(r'class="tile__open" href="([^"]+)"', self.page(run))

    def states_of(self, run: str) -> list[str]:
        """Return the states of a run's tiles, in order."""
        return re.findall(r'id="tile-[^>]*data-state="([a-z]+)"', self.page(run))


def found(pattern: str, text: str) -> str:
    """Return what the first group of a pattern holds in a text, "" where it is not there."""
    match = re.search(pattern, text)
    return unescape(match[1]) if match else ""


def refusal(page: str) -> str:
    """Return the note that says why a form was not taken."""
    return re.sub(r"<[^>]+>|\s+", " ", found(r'(?s)id="refusal"(.*?)</p>', page)) or page[:400]


class Books:
    """The sandbox's own record, read over its control endpoint: the oracle for money and pictures."""

    def __init__(self, house: House) -> None:
        self.url = house.sandbox_url

    def read(self, path: str) -> Any:
        """Return one answer of the control endpoint."""
        return self._ask("GET", path)

    def write(self, path: str, body: Mapping[str, Any]) -> Any:
        """Set something over the control endpoint."""
        return self._ask("PUT", path, dict(body))

    def set_latency(self, latency: str, key: str = "sbx_enterprise") -> None:
        """Have a key's jobs take a while, or none."""
        self.set(key, latency=latency)

    def set(self, key: str = "sbx_enterprise", **account: Any) -> None:
        """Change what the provider knows of a key's account."""
        self._ask("PUT", f"keys/{key}", account)

    def storm(self, key: str = "sbx_enterprise", **storm: Any) -> None:
        """Have faults of the whole list strike a key at random; without a word, none more."""
        self._ask("PUT" if storm else "DELETE", f"keys/{key}/storm", storm)

    def set_faults(self, faults: list[dict[str, Any]], key: str = "sbx_enterprise") -> None:
        """Have a key's requests go wrong in these ways."""
        self._ask("PUT", f"keys/{key}/faults", {"faults": faults})

    def charged(self) -> int:
        """Return the credits charged altogether, refunds taken off."""
        return sum(int(charge["credits"]) for charge in self.read("charges")["charges"])

    def jobs(self) -> list[dict[str, Any]]:
        """Return every job that was ever accepted."""
        return list(self.read("jobs")["jobs"])

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"X-Sandbox-Control": "test"}
        answer = httpx.request(
            method, f"{self.url}/control/{path}", json=body, headers=headers, timeout=PATIENCE
        )
        return answer.raise_for_status().json()
