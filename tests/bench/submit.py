"""From the press of a button to the picture's last byte, less what the provider took for itself.

Everybody is measured by turns in one run, against a provider that answers with the finished picture
after a time. The provider's own time is told by its own record.
"""

import itertools
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import httpx

from tests.bench import served
from tests.bench.candidate import Candidate, Shown
from tests.bench.figures import Figure, spread
from tests.bench.peers.drive import gradio, open_webui
from tests.bench.provider import Provider
from tests.bench.tab import Tab
from tests.house import House

ASK = "mutation Generate($input: GenerateInput!) { generate(input: $input) { id status url creditCost } }"
GAP = 0.15  # seconds between two presses: nobody pays for what the one before left to do


def random_seconds() -> Iterator[float]:
    """Yield how long the provider takes, 0.5 to 1.5 s, spread so that no phase repeats."""
    return (0.5 + (number * 0.6180339887) % 1.0 for number in itertools.count(1))


def measure(house: House, rounds: int, folder: Path, peers: Path | None = None) -> list[Figure]:
    """Return the overheads above a provider that takes 0.5 to 1.5 s, and above one that takes 50 ms."""
    provider = Provider(house)
    with ExitStack() as stack:
        candidates = _candidates(house, provider, folder, peers, stack)
        return [
            *_run("0.5 to 1.5 s", random_seconds(), candidates, provider, rounds),
            *_run("50 ms", itertools.repeat(0.05), candidates, provider, rounds),
        ]


def _candidates(
    house: House, provider: Provider, folder: Path, peers: Path | None, stack: ExitStack
) -> list[Candidate]:
    own = provider.own_ms
    blocking = stack.enter_context(served.plain(folder / "plain", house.sandbox_url, provider.key))
    found = [
        Candidate(name="floor: straight to the provider", show=_straight(house, provider, stack), own=own),
        Candidate(name="floor: one blocking Django view", show=_blocking(blocking.url, stack), own=own),
        _studio(house, stack, own),
    ]
    others: Sequence[Callable[..., AbstractContextManager[Candidate | None]]] = (gradio, open_webui)
    for other in others if peers else ():
        candidate = stack.enter_context(other(peers, folder, house.sandbox_url, provider))
        found += [candidate] if candidate else []
    return found


def _run(
    label: str, seconds: Iterator[float], candidates: Sequence[Candidate], provider: Provider, rounds: int
) -> list[Figure]:
    for number in range(-2, rounds):  # the first two warm up
        provider.take(next(seconds))
        for candidate in candidates:
            prompt = f"{candidate.name} {label} {number}: a lighthouse in the fog"
            start = time.perf_counter()
            picture = candidate.show(prompt)
            wall = 1000 * (time.perf_counter() - start)
            assert picture[:2] == b"\xff\xd8" or picture[8:12] == b"WEBP", f"{candidate.name}: no picture"
            if number >= 0:
                candidate.over.append(wall - candidate.own(prompt))
            candidate.rest()
            time.sleep(GAP)
    floor = spread(f"{candidates[0].name}, provider takes {label}", candidates[0].over)
    figures = [floor] + [
        spread(f"{one.name}, provider takes {label}", one.over, floor=floor) for one in candidates[1:]
    ]
    for one in candidates:
        one.over.clear()
    return figures


def _straight(house: House, provider: Provider, stack: ExitStack) -> Shown:
    headers = {"Authorization": f"Bearer {provider.key}"}
    http = httpx.Client(base_url=house.sandbox_url, headers=headers, timeout=30, trust_env=False)
    stack.callback(http.close)

    def show(prompt: str) -> bytes:
        order = {
            "type": "IMAGE",
            "provider": "flux-krea",
            "input": {"text": prompt},
            "options": {"width": 1024, "height": 1024},
        }
        answer = http.post("/graphql", json={"query": ASK, "variables": {"input": order}}).raise_for_status()
        return http.get(answer.json()["data"]["generate"]["url"]).raise_for_status().content

    return show


def _blocking(url: str, stack: ExitStack) -> Shown:
    http = httpx.Client(base_url=url, timeout=30, trust_env=False)
    stack.callback(http.close)
    http.get("/enter").raise_for_status()

    def show(prompt: str) -> bytes:
        page = http.post("/generate", data={"prompt": prompt}).raise_for_status().text
        [address] = re.findall(r'<img src="([^"]+)"', page)
        return http.get(address).raise_for_status().content

    return show


def _studio(house: House, stack: ExitStack, own: Callable[[str], float]) -> Candidate:
    tab = Tab(house, "designer")
    stack.callback(tab.close)

    def show(prompt: str) -> bytes:
        [tile] = tab.generate(prompt, size="1k", quality="standard")
        return tab.picture_of(tile)

    return Candidate(name="studio", show=show, own=own, rest=tab.rest)
