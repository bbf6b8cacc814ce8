"""A storm: any fault of the catalogue at random, at a rate, from a seed (G14).

One draw an event.  An event is a request, a picture that is fetched, or a job
that ends; where the draw strikes, one fault that can happen there is picked,
each as likely as the next.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from studio.sandbox.catalogue import CATALOGUE, STAGES
from studio.sandbox.faults import BadFault, Setting, count_of, integer, rate_of, read

Event = Literal["submit", "status", "account", "other", "image", "end"]

AT_THE_END = {"charge_on_failure"}  # habits that show when a job ends
AT_QUESTIONS = {"request", "answer", "header"}
HABITS_OF_QUESTIONS = {
    "strict",
    "balance_off",
    "introspection_off",
    "status_graphql_off",
    "status_rest_off",
    "polls_free",
}
NOT_AT_ORDERS = {"image", "webhook"}
FIELDS = {"rate", "seed", "count", "only", "without", "values"}


@dataclass(slots=True, kw_only=True)
class Storm:
    """The storm over one key.

    `rate` is per cent of its events, `count` how often it may still strike (None: without end),
    `only` and `without` name faults or stages, `values` maps a fault to the value it uses,
    `draws` counts its events and `struck` how often each fault came.
    """

    rate: float
    seed: int = 0
    count: int | None = None
    only: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    draws: int = 0
    struck: dict[str, int] = field(default_factory=dict)

    def strike(self, event: Event) -> Setting | None:
        """Draws once; the fault that happens in this event, or None."""
        self.draws += 1
        luck = random.Random(f"{self.seed}:{event}:{self.draws}")  # noqa: S311 - repeatable luck
        names = [name for name in possible(event) if self._allows(name)]
        if self.count == 0 or not names or luck.random() * 100 >= self.rate:
            return None
        if self.count is not None:
            self.count -= 1
        name = luck.choice(names)
        self.struck[name] = self.struck.get(name, 0) + 1
        wanted = {"value": self.values[name]} if name in self.values else {}
        return read({"name": name, "on": "any", **wanted})

    def _allows(self, name: str) -> bool:
        signs = {name, CATALOGUE[name].stage}
        return (not self.only or bool(signs & set(self.only))) and not signs & set(self.without)


@lru_cache
def possible(event: Event) -> tuple[str, ...]:
    """The faults that can happen in an event."""
    return tuple(kind.name for kind in CATALOGUE.values() if _fits(event, kind.name, kind.stage))


def _fits(event: Event, name: str, stage: str) -> bool:
    if name in AT_THE_END:
        return event == "end"
    if event == "submit":
        return stage not in NOT_AT_ORDERS
    if event in ("image", "end"):
        return stage == ("image" if event == "image" else "webhook")
    return stage in AT_QUESTIONS or name in HABITS_OF_QUESTIONS


def read_storm(wanted: Mapping[str, Any]) -> Storm:
    """A storm from what the control endpoint was told.

    Raises:
        BadFault: a field, a name or a number is not one that it can have.
    """
    strangers = set(wanted) - FIELDS
    if strangers:
        raise BadFault(f"a storm has no {', '.join(sorted(strangers))}; it has {', '.join(sorted(FIELDS))}")
    values = wanted.get("values") or {}
    if not isinstance(values, Mapping):
        raise BadFault("values must map the names of faults to their values")
    for name, value in values.items():
        read({"name": name, "value": value})
    return Storm(
        rate=rate_of(wanted.get("rate", 30)),
        seed=integer("seed", wanted.get("seed", 0)),
        count=count_of(wanted.get("count")),
        only=_names("only", wanted.get("only") or []),
        without=_names("without", wanted.get("without") or []),
        values=dict(values),
    )


def _names(field_name: str, given: Any) -> list[str]:
    known = set(CATALOGUE) | set(STAGES)
    names = given if isinstance(given, Iterable) and not isinstance(given, str | Mapping) else [given]
    for name in names:
        if name not in known:
            raise BadFault(f"{field_name}: there is no fault or stage {name!r}")
    return list(names)
