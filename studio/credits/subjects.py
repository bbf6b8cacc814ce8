"""What an entry was for, without knowing jobs: rooms above register how to find out. Touches nothing."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a reference stands for on a page: words, where it leads, a small picture, a remark."""

    title: str
    href: str = ""
    src: str | None = None
    note: str = ""


type Resolver = Callable[[Collection[UUID]], Mapping[UUID, Subject]]

_resolvers: list[Resolver] = []


def register(resolver: Resolver) -> None:
    """Have the resolver asked, with all references of a page at once, for those it knows."""
    if resolver not in _resolvers:
        _resolvers.append(resolver)


def subjects_of(references: Collection[UUID]) -> dict[UUID, Subject]:
    """Return what is known of the references; one nobody knows is absent."""
    found: dict[UUID, Subject] = {}
    for resolver in _resolvers:
        found |= resolver(references)
    return found
