"""One fault as it is set for a key, and whether it strikes now.

Set over the control endpoint and drawn from a seeded random number, so that the
same seed gives the same sequence of luck.  `board` keeps them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from studio.sandbox.catalogue import CATALOGUE, Kind

Subject = Literal["submit", "status", "account", "other"]
Scope = Literal["submit", "status", "account", "other", "any"]
SCOPES: tuple[Scope, ...] = ("submit", "status", "account", "other", "any")


class BadFault(ValueError):
    """A fault was set wrongly; the message says how."""


@dataclass(slots=True, kw_only=True)
class Setting:
    """One fault as set for one key.

    `rate` is per cent, `count` how often it may still strike (None: without end),
    `on` which requests it looks at, `draws` how often it was asked.
    """

    name: str
    rate: float = 100.0
    count: int | None = None
    seed: int = 0
    on: Scope = "submit"
    value: Any = None
    retry_after: int | str | None = None
    draws: int = 0

    def strikes(self) -> bool:
        """Draws once; True when the fault is to happen.  Uses up one of `count`."""
        if self.count == 0:
            return False
        luck = random.Random(f"{self.seed}:{self.name}:{self.draws}").random()  # noqa: S311 - repeatable luck
        self.draws += 1
        if luck * 100 >= self.rate:
            return False
        if self.count is not None:
            self.count -= 1
        return True


def read(wanted: Mapping[str, Any]) -> Setting:
    """A setting from what the control endpoint was told.

    Raises:
        BadFault: it names an unknown fault or field, or a number out of its range.
    """
    kind = CATALOGUE.get(str(wanted.get("name")))
    if kind is None:
        raise BadFault(f"there is no fault {wanted.get('name')!r}")
    strangers = set(wanted) - {"name", "rate", "count", "seed", "on", "value", "retry_after", "draws"}
    if strangers:
        raise BadFault(f"a fault has no {', '.join(sorted(strangers))}")
    return Setting(
        name=kind.name,
        rate=rate_of(wanted.get("rate", 100)),
        count=count_of(wanted.get("count")),
        seed=integer("seed", wanted.get("seed", 0)),
        on=_scope(wanted.get("on", "submit")),
        value=_value(kind, wanted),
        retry_after=wanted.get("retry_after"),
    )


def rate_of(given: Any) -> float:
    """A rate in per cent; raises BadFault for anything else."""
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= 100:
        raise BadFault("rate must be a number from 0 to 100")
    return float(given)


def integer(name: str, given: Any) -> int:
    """A whole number; raises BadFault with `name` for anything else."""
    if isinstance(given, bool) or not isinstance(given, int):
        raise BadFault(f"{name} must be a whole number")
    return given


def count_of(given: Any) -> int | None:
    """How often, or None for without end; raises BadFault for anything else."""
    if given is not None and integer("count", given) < 0:
        raise BadFault("count must not be negative")
    return cast("int | None", given)


def _scope(given: Any) -> Scope:
    if given not in SCOPES:
        raise BadFault(f"on must be one of {', '.join(SCOPES)}")
    return cast("Scope", given)


def _value(kind: Kind, wanted: Mapping[str, Any]) -> Any:
    if "value" not in wanted or (wanted["value"] is None and kind.name != "wrong_cost"):
        return kind.value
    given = wanted["value"]
    if kind.name == "wrong_cost":
        return given
    allowed = _allowed(kind.value)
    if allowed is None:
        raise BadFault(f"{kind.name} takes no value")
    if isinstance(given, bool) or not isinstance(given, allowed):
        raise BadFault(f"{kind.name} takes a value such as {json.dumps(kind.value)}")
    if kind.choices and given not in kind.choices:
        raise BadFault(f"{kind.name} takes one of {', '.join(kind.choices)}")
    return given


def _allowed(usual: Any) -> tuple[type, ...] | None:
    if usual is None:
        return None
    return (int, float) if isinstance(usual, int | float) else (type(usual),)
