"""What the rooms above have to say of a key on its page: whether it is asked, and whether webhooks come.

They register here, since nothing below knows what a job is. Touches nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from studio.accounts.models import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line: what it is about, and how it stands; `warns` where somebody has to do something."""

    about: str
    text: str
    warns: bool = False


type Teller = Callable[[Key], Iterable[Fact]]

_tellers: list[Teller] = []


def on_page(teller: Teller) -> None:
    """Have this asked for its facts each time a key's page is drawn."""
    if teller not in _tellers:
        _tellers.append(teller)


def facts_of(key: Key) -> list[Fact]:
    """Return all that is told of a key, in the order of registration."""
    return [fact for teller in _tellers for fact in teller(key)]
