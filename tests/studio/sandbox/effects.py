"""What each fault does, seen from outside: one function a fault, found by its name.

`test_faults` runs every fault of the catalogue and fails for one without an effect here.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.studio.sandbox.desk import Desk

Effect = Callable[[Desk], None]
EFFECTS: dict[str, Effect] = {}


def shows(name: str) -> Callable[[Effect], Effect]:
    """Marks the function that sees the effect of fault `name`."""

    def keep(effect: Effect) -> Effect:
        assert name not in EFFECTS, name
        EFFECTS[name] = effect
        return effect

    return keep
