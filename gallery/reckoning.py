"""What credits brought: for each approved image, and where they went to waste; which words win (D19, A31).

Pure. Told from `Fact`s, one for each image that was paid for, or that was paid for and never came.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import sqrt
from uuid import UUID

from gallery import tokens

FEW = 5  # a term that was decided on less often than this says nothing yet
SHORTEST = 3  # letters of a word that is counted
Z = 1.96  # of the interval: nineteen times in twenty
SMALL = frozenset(
    [
        "and",
        "the",
        "with",
        "from",
        "for",
        "into",
        "onto",
        "over",
        "under",
        "near",
        "its",
        "his",
        "her",
        "their",
        "this",
        "that",
        "are",
        "was",
        "has",
        "very",
        "not",
        "but",
    ]
)


class Outcome(StrEnum):
    """What became of what was paid for."""

    APPROVED = "approved"
    OPEN = "open"
    REJECTED = "rejected"
    FAILED = "failed"
    DUPLICATE = "duplicate"


WASTE = (Outcome.REJECTED, Outcome.FAILED, Outcome.DUPLICATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One image that was paid for, in credits; `words` says whether its prompt may be taken apart."""

    member: UUID
    project: UUID | None
    size: str
    quality: str
    styles: tuple[str, ...]
    prompt: str
    spent: int
    outcome: Outcome
    words: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one value of something brought and cost; `wasted` is in credits, by what became of them."""

    label: str
    made: int
    approved: int
    spent: int
    wasted: Mapping[Outcome, int]

    @property
    def each(self) -> float | None:
        """Return the credits for each approved image, None where none is."""
        return self.spent / self.approved if self.approved else None

    @property
    def waste(self) -> int:
        """Return all that brought nothing, in credits."""
        return sum(self.wasted.values())

    @property
    def rejected(self) -> int:
        """Return the credits that went into rejected images."""
        return self.wasted[Outcome.REJECTED]

    @property
    def failed(self) -> int:
        """Return the credits that brought no image."""
        return self.wasted[Outcome.FAILED]

    @property
    def duplicate(self) -> int:
        """Return the credits that brought an image that was there already."""
        return self.wasted[Outcome.DUPLICATE]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word or chip: images decided on (n), approved ones, the rate's interval, credits of all with it."""

    text: str
    chip: bool
    n: int
    approved: int
    spent: int

    @property
    def few(self) -> bool:
        """Tell whether it is too early to say."""
        return self.n < FEW

    @property
    def rate(self) -> float:
        """Return the share that was approved, 0 to 1."""
        return self.approved / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Return Wilson's interval of the rate."""
        return wilson(self.approved, self.n)

    @property
    def words(self) -> str:
        """Return rate and interval in per cent: “67% (44 to 84)”."""
        low, high = self.interval
        return f"{self.rate:.0%} ({low * 100:.0f} to {high * 100:.0f})"

    @property
    def each(self) -> float | None:
        """Return the credits for each approved image, None where none is."""
        return self.spent / self.approved if self.approved else None


def total(facts: Collection[Fact]) -> Line:
    """Return everything as one line."""
    return _line("All", facts)


def by(facts: Iterable[Fact], labels: Callable[[Fact], Iterable[str]]) -> list[Line]:
    """Return a line for each label, the dearest first; a fact with several labels is in each of theirs."""
    groups: dict[str, list[Fact]] = {}
    for fact in facts:
        for label in labels(fact):
            groups.setdefault(label, []).append(fact)
    return sorted(
        (_line(label, some) for label, some in groups.items()), key=lambda one: (-one.spent, one.label)
    )


def terms(facts: Iterable[Fact], chips: Mapping[str, str]) -> list[Term]:
    """Return words and chips, the surest winners first, those with too few decisions last.

    chips: the label of each by its text. A chip is in a prompt where its words stand in it, in their order.
    """
    sought = [(label, _said(text)) for text, label in chips.items()]
    counted: dict[tuple[str, bool], list[int]] = {}
    for fact in facts:
        if not fact.words:
            continue
        whole = _said(fact.prompt)
        there = {(word, False) for word in whole.split() if len(word) >= SHORTEST and word not in SMALL}
        there |= {(label, True) for label, words in sought if words.strip() and words in whole}
        decided, approved = _decided(fact)
        for term in there:
            sums = counted.setdefault(term, [0, 0, 0])
            sums[0] += decided
            sums[1] += approved
            sums[2] += fact.spent
    found = [
        Term(text=text, chip=chip, n=n, approved=approved, spent=spent)
        for (text, chip), (n, approved, spent) in counted.items()
        if n
    ]
    return sorted(found, key=lambda one: (one.few, -one.interval[0], -one.n, one.text))


def chips(decided: Collection[tuple[str, bool]], texts: Iterable[str]) -> dict[str, Term]:
    """Return a term for each chip's text that is in some of these prompts, as `terms` finds it.

    decided: the prompt of each image that was decided on, and whether it was approved.
    """
    found = {}
    for text in texts:
        words = _said(text)
        those = [approved for prompt, approved in decided if words in _said(prompt)] if words.strip() else []
        if those:
            found[text] = Term(text=text, chip=True, n=len(those), approved=sum(those), spent=0)
    return found


@lru_cache(maxsize=4_000)
def _said(text: str) -> str:
    """Return the words of a text with a space around each: what is in it is found by its words."""
    return f" {' '.join(tokens.words(text))} "


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return Wilson's score interval for hits out of n; (0, 1) where there is nothing."""
    if n == 0:
        return 0.0, 1.0
    rate, squared = hits / n, Z * Z
    middle = rate + squared / (2 * n)
    spread = Z * sqrt(rate * (1 - rate) / n + squared / (4 * n * n))
    scale = 1 + squared / n
    return max((middle - spread) / scale, 0.0), min((middle + spread) / scale, 1.0)


def _decided(fact: Fact) -> tuple[int, int]:
    approved = fact.outcome == Outcome.APPROVED
    return int(approved or fact.outcome == Outcome.REJECTED), int(approved)


def _line(label: str, facts: Collection[Fact]) -> Line:
    wasted = {what: sum(one.spent for one in facts if one.outcome == what) for what in WASTE}
    return Line(
        label=label,
        made=sum(one.outcome != Outcome.FAILED for one in facts),
        approved=sum(one.outcome == Outcome.APPROVED for one in facts),
        spent=sum(one.spent for one in facts),
        wasted=wasted,
    )
