"""Where variables hold while a template is bound, and what was bound there. Values only; see `binding.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from studio.prompts.syntax import Mode, Setting
from studio.prompts.wheels import MOST_READ, Node, Placed, too_long


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What may be picked, how often (empty: all alike), and the variables met in it."""

    nodes: Sequence[Node]
    weights: Sequence[float] = ()
    recalled: Sequence[int] = ()
    one: Node = ""  # one of them, where they are a list's: made once for all places


@dataclass(slots=True)
class Scope:
    """The variables that are set in one sequence, and what was bound while they held."""

    outer: Scope | None = None
    mode: Mode | None = None
    waiting: dict[str, Setting] = field(default_factory=dict)
    known: dict[str, str | int] = field(default_factory=dict)  # plain words, or a slot
    settings: list[Placed] = field(default_factory=list)
    lists: dict[tuple[str, Mode | None], Bound] = field(default_factory=dict)

    def handing(self, values: Sequence[tuple[str, str]]) -> Scope:
        """Return a scope for a list's entries in which these variables have these words.

        What is set in it besides takes its turn where this scope's variables do.
        """
        return Scope(outer=self, mode=self.mode, known=dict(values), settings=self.settings)

    def chain(self) -> Iterator[Scope]:
        """Yield this scope and those around it."""
        scope: Scope | None = self
        while scope:
            yield scope
            scope = scope.outer


def merged(placed: Sequence[Placed]) -> list[Placed]:
    """Return nodes with neighbouring words in one."""
    merged: list[Placed] = []
    for one in placed:
        if merged and isinstance(one.node, str) and isinstance(before := merged[-1].node, str):
            if len(before) + len(one.node) > MOST_READ:
                raise too_long(
                    len(before) + len(one.node)
                )  # a list of lists of lists can say it all at length
            merged[-1] = Placed(node=before + one.node, start=merged[-1].start)
        else:
            merged.append(one)
    return merged


def without_twins(bound: Bound, key: Callable[[str], str] = str) -> Bound:
    """Return options without those that are the words of an earlier one, whose weight grows instead."""
    nodes: list[Node] = []
    weights: list[float] = []
    seen: dict[str, int] = {}
    for node, weight in zip(bound.nodes, bound.weights, strict=True):
        if isinstance(node, str) and (earlier := seen.setdefault(key(node), len(nodes))) < len(nodes):
            weights[earlier] += weight
        else:
            nodes.append(node)
            weights.append(weight)
    return Bound(nodes=nodes, weights=weights, recalled=bound.recalled)


def shares(weights: Sequence[float]) -> Sequence[float] | None:
    """Return the weights added up one after another, None where all are the same."""
    return list(accumulate(weights)) if len(set(weights)) > 1 else None
