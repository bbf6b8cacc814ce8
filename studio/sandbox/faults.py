"""Which faults are set for which key, and whether one strikes now.

Set over the control endpoint, kept in the database, and drawn from a seeded
random number, so that the same seed gives the same sequence of luck.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast

from studio.sandbox.catalogue import CATALOGUE, Kind
from studio.sandbox.store import Store

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


class Board:
    """All settings, in memory and in the database.  Use it inside a transaction of the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_key: dict[str, dict[str, Setting]] = {}
        self.load()

    def load(self) -> None:
        """Reads the settings from the database again."""
        self._by_key = {}
        with self._store.transaction() as db:
            for row in db.execute("SELECT key, name, setting FROM faults"):
                setting = Setting(**json.loads(row["setting"]))
                self._by_key.setdefault(row["key"], {})[row["name"]] = setting

    def of(self, key: str) -> list[dict[str, Any]]:
        """The settings of a key, as the control endpoint shows them."""
        return [asdict(setting) for setting in self._by_key.get(key, {}).values()]

    def put(self, key: str, wanted: Iterable[Mapping[str, Any]]) -> None:
        """Replaces all settings of a key.

        Raises:
            BadFault: a name, a number or a value is not one that the catalogue knows.
        """
        settings = [read(one) for one in wanted]
        with self._store.transaction() as db:
            db.execute("DELETE FROM faults WHERE key = ?", (key,))
            self._by_key[key] = {setting.name: setting for setting in settings}
            for setting in self._by_key[key].values():
                self._save(key, setting)

    def take(self, key: str, name: str, subject: Subject | None = None) -> Setting | None:
        """The setting if fault `name` strikes now, else None.

        `subject` is what the request asks; None where the fault has no request to look at.
        """
        setting = self._by_key.get(key, {}).get(name)
        if setting is None or (subject is not None and setting.on not in (subject, "any")):
            return None
        struck = setting.strikes()
        if setting.count is not None or setting.rate < 100:
            self._save(key, setting)
        return setting if struck else None

    def first(self, key: str, names: Iterable[str], subject: Subject | None = None) -> Setting | None:
        """The first of `names` that strikes now."""
        if not self._by_key.get(key):
            return None
        return next((hit for name in names if (hit := self.take(key, name, subject))), None)

    def _save(self, key: str, setting: Setting) -> None:
        with self._store.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO faults (key, name, setting) VALUES (?, ?, ?)",
                (key, setting.name, json.dumps(asdict(setting))),
            )


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
        rate=_rate(wanted.get("rate", 100)),
        count=_count(wanted.get("count")),
        seed=_integer("seed", wanted.get("seed", 0)),
        on=_scope(wanted.get("on", "submit")),
        value=_value(kind, wanted),
        retry_after=wanted.get("retry_after"),
    )


def _rate(given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= 100:
        raise BadFault("rate must be a number from 0 to 100")
    return float(given)


def _integer(name: str, given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int):
        raise BadFault(f"{name} must be a whole number")
    return given


def _count(given: Any) -> int | None:
    if given is not None and _integer("count", given) < 0:
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
