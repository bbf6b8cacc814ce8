"""Which faults and which storm are set for which key, in memory and in the database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from studio.sandbox.faults import Setting, Subject, read
from studio.sandbox.store import Store
from studio.sandbox.storm import Event, Storm


class Board:
    """All settings, in memory and in the database.  Use it inside a transaction of the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_key: dict[str, dict[str, Setting]] = {}
        self._storms: dict[str, Storm] = {}
        self._struck: dict[str, Setting | None] = {}  # what the storm brings to the present event
        self.load()

    def load(self) -> None:
        """Reads the settings from the database again."""
        self._by_key = {}
        with self._store.transaction() as db:
            for row in db.execute("SELECT key, name, setting FROM faults"):
                setting = Setting(**json.loads(row["setting"]))
                self._by_key.setdefault(row["key"], {})[row["name"]] = setting
            found = db.execute("SELECT key, storm FROM storms")
            self._storms = {row["key"]: Storm(**json.loads(row["storm"])) for row in found}

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

    def storm(self, key: str) -> Storm | None:
        """The storm over a key."""
        return self._storms.get(key)

    def put_storm(self, key: str, storm: Storm | None) -> None:
        """Sends a storm over a key in place of the one before; None ends it."""
        self._storms.pop(key, None)
        with self._store.transaction() as db:
            db.execute("DELETE FROM storms WHERE key = ?", (key,))
        if storm is not None:
            self._storms[key] = storm
            self._save_storm(key, storm)

    @contextmanager
    def event(self, key: str, event: Event) -> Iterator[None]:
        """While it lasts, the fault that the key's storm strikes with is on; one draw."""
        storm, before = self._storms.get(key), self._struck.get(key)
        self._struck[key] = storm.strike(event) if storm else None
        try:
            yield
        finally:
            self._struck[key] = before
        if storm:
            self._save_storm(key, storm)

    def take(self, key: str, name: str, subject: Subject | None = None) -> Setting | None:
        """The setting if fault `name` strikes now, else None.

        `subject` is what the request asks; None where the fault has no request to look at.
        """
        storm = self._struck.get(key)
        if storm is not None and storm.name == name:
            return storm
        setting = self._by_key.get(key, {}).get(name)
        if setting is None or (subject is not None and setting.on not in (subject, "any")):
            return None
        struck = setting.strikes()
        if setting.count is not None or setting.rate < 100:
            self._save(key, setting)
        return setting if struck else None

    def first(self, key: str, names: Iterable[str], subject: Subject | None = None) -> Setting | None:
        """The first of `names` that strikes now."""
        if not self._by_key.get(key) and self._struck.get(key) is None:
            return None
        return next((hit for name in names if (hit := self.take(key, name, subject))), None)

    def _save(self, key: str, setting: Setting) -> None:
        with self._store.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO faults (key, name, setting) VALUES (?, ?, ?)",
                (key, setting.name, json.dumps(asdict(setting))),
            )

    def _save_storm(self, key: str, storm: Storm) -> None:
        with self._store.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO storms (key, storm) VALUES (?, ?)", (key, json.dumps(asdict(storm)))
            )
