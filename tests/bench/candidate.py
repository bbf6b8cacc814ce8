"""Who is measured: a name, what is done, and how long it took beyond the provider's own time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol


class Shown(Protocol):
    """Shows the picture of a prompt: returns when its last byte is there."""

    def __call__(self, prompt: str) -> bytes: ...


@dataclass(slots=True, kw_only=True)
class Candidate:
    """Somebody who is measured: a name, what is done, and the milliseconds beyond the provider's own."""

    name: str
    show: Shown
    own: Callable[[str], float]
    rest: Callable[[], None] = lambda: None  # what an open page does afterwards; nobody waits for it
    over: list[float] = field(default_factory=list)
