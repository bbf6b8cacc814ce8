"""What the composer's answer while one types takes, beside a page that does nothing (A4).

Prompts of several weights are asked for by turns with `/healthz` of the same server, so that what else the
machine does falls on both; the least of all rounds is what the answer takes where nothing is in its way.
"""

from time import perf_counter

from tests.bench.figures import Figure, spread
from tests.house import House
from tests.visitor import RECIPE, Visitor

HX = {"HX-Request": "true"}
PROMPTS = {
    "plain": "a lighthouse at dawn, oil on canvas, soft light",
    "two choices": "a {red|green} {balloon|kite} over the harbour at dawn, soft light",
    "400 cells": " and ".join(f"a {{{'|'.join(f'{one}{n}' for n in range(20))}}}" for one in ("bird", "hat")),
    "10^12 combinations": " ".join(f"{{a{n}|b{n}|c{n}|d{n}}}" for n in range(20)),
    "3,700 characters": " ".join(f"{{{'|'.join(f'word{n}' for n in range(9))}}}" for _ in range(60)),
}


def measure(house: House, rounds: int) -> list[Figure]:
    """Return milliseconds of one answer, for a page that does nothing and for each weight of prompt."""
    with Visitor(house) as person:
        person.sign_in("designer")
        person.page("/")
        asked: dict[str, list[float]] = {"": [], **{name: [] for name in PROMPTS}}
        for number in range(rounds + 1):
            for name, times in asked.items():
                took = _took(person, PROMPTS.get(name, ""), number)
                if number:  # the first round warms up
                    times.append(took)
    floor = spread("a page that does nothing", asked.pop(""))
    return [floor, *(spread(f"while one types: {name}", times, floor=floor) for name, times in asked.items())]


def _took(person: Visitor, prompt: str, number: int) -> float:
    """Return how many milliseconds an answer took; each round writes another letter, as a person does."""
    begun = perf_counter()
    if prompt:
        fields = {**RECIPE, "template": f"{prompt} {'x' * (number % 9)}"}
        answer = person.post("/composer/estimate", fields, **HX)
    else:
        answer = person.http.get("/healthz")
    took = (perf_counter() - begun) * 1000
    assert answer.status_code == 200, answer.text[:200]
    return took
