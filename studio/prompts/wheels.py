"""A template with its lists in it, as wheels of a counter: how many readings it has, and each by its number.

A node is plain words (`str`), or one of the classes below. Each knows its `count` of readings and can
`read` any of them by number, or `draw` one by chance; none builds what it is not asked for. `cost` is
about how many steps one reading takes. `binding.py` makes them.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import prod
from typing import Protocol

from studio.prompts import picking
from studio.prompts.syntax import Mode, PromptError

MOST_READ = (
    16_000  # characters of one reading, spaces and all: what a few small lists can grow to is not built
)


class TooLong(PromptError):
    """A reading that no prompt could hold."""


@dataclass(slots=True)
class Image:
    """What one reading is made for: chance to draw by, the number to turn by, and the variables' words.

    Without `chance` it is the bare variation: a mark stands where each image has words of its own.
    """

    chance: Callable[[], float] | None = None  # from 0 to under 1
    turn: int = 0
    words: dict[int, str] = field(default_factory=dict)


class Turning(Protocol):
    """A node that is not plain words."""

    count: int
    cost: int

    def read(self, number: int, image: Image) -> str | None:
        """Return reading `number`; None for one that picks the same words twice."""

    def draw(self, image: Image) -> str | None:
        """Return a reading by chance."""


type Node = str | Turning


def count(node: Node) -> int:
    """Return the number of readings."""
    return 1 if isinstance(node, str) else node.count


def cost(node: Node) -> int:
    """Return about how many steps a reading takes."""
    return 0 if isinstance(node, str) else node.cost


def counts(nodes: Sequence[Node]) -> list[int]:
    """Return the number of readings of each node; ten thousand plain words are seen at one look."""
    return [1] * len(nodes) if plain(nodes) else [count(node) for node in nodes]


def dearest(nodes: Sequence[Node]) -> int:
    """Return the cost of the node that takes the most steps."""
    return 0 if plain(nodes) else max(map(cost, nodes))


def plain(nodes: Sequence[Node]) -> bool:
    """Say whether all nodes are plain words."""
    return set(map(type, nodes)) == {str}


def read(node: Node, number: int, image: Image) -> str | None:
    """Return a reading of a node by its number."""
    return node if isinstance(node, str) else node.read(number, image)


def draw(node: Node, image: Image) -> str | None:
    """Return a reading of a node by chance."""
    return node if isinstance(node, str) else node.draw(image)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A node where it stands: what it is called, and its character in the template."""

    node: Node
    label: str = ""
    start: int = 0
    slot: int = -1  # of a variable that takes its words


@dataclass(slots=True)
class Row:
    """Variables, then parts one after another; the last turns fastest."""

    settings: Sequence[Placed]
    parts: Sequence[Placed]
    placed: tuple[Placed, ...] = field(init=False)
    counts: tuple[int, ...] = field(init=False)
    count: int = field(init=False)
    cost: int = field(init=False)

    def __post_init__(self) -> None:
        """Count once: every reading asks for it."""
        self.placed = (*self.settings, *self.parts)
        self.counts = tuple(count(placed.node) for placed in self.placed)
        self.count = prod(self.counts)
        self.cost = len(self.counts) + sum(cost(placed.node) for placed in self.placed)

    def read(self, number: int, image: Image) -> str | None:
        """Return reading `number`."""
        return self._joined(self.words(number, image))

    def draw(self, image: Image) -> str | None:
        """Return a reading by chance."""
        return self._joined(self._words(None, image))

    def words(self, number: int, image: Image) -> list[str] | None:
        """Return the words of each node in reading `number`, those of variables too."""
        return self._words(picking.digits(number, self.counts), image)

    def _joined(self, words: list[str] | None) -> str | None:
        return None if words is None else "".join(words[len(self.settings) :])

    def _words(self, numbers: Sequence[int] | None, image: Image) -> list[str] | None:
        words: list[str] = []
        length = 0
        for index, placed in enumerate(self.placed):
            more = draw(placed.node, image) if numbers is None else read(placed.node, numbers[index], image)
            if more is None:
                return None
            if placed.slot >= 0:
                image.words[placed.slot] = more.strip()
            length += len(more)
            if length > MOST_READ:
                raise too_long(length)
            words.append(more)
        return words


def too_long(length: int) -> PromptError:
    """Return the error for a variation of this many characters."""
    says = f"A variation would have {length:,} characters or more. Shorten what it is put together from."
    return PromptError(says, 0, "fewer words")


@dataclass(slots=True)
class Wheel:
    """One of its options."""

    options: Sequence[Node]
    shares: Sequence[float] | None = None  # the weights added up; None: all alike
    count: int = field(init=False)
    cost: int = field(init=False)
    ends: Sequence[int] | None = field(init=False)  # the number behind each option's last reading

    def __post_init__(self) -> None:
        """Count once: every reading asks for it."""
        self.ends = None if plain(self.options) else list(accumulate(counts(self.options)))
        self.count = self.ends[-1] if self.ends else len(self.options)
        self.cost = 1 + dearest(self.options)

    def read(self, number: int, image: Image) -> str | None:
        """Return reading `number`."""
        if self.ends is None:
            return read(self.options[number], 0, image)
        index = bisect_right(self.ends, number)
        return read(self.options[index], number - (self.ends[index - 1] if index else 0), image)

    def draw(self, image: Image) -> str | None:
        """Return a reading by chance: first the option by its weight, then what is in it."""
        assert image.chance is not None
        index = picking.sample(len(self.options), self.shares, 1, image.chance)[0]
        return draw(self.options[index], image)


@dataclass(slots=True)
class Several:
    """From `low` to `high` of its options in every order, joined, none twice."""

    options: Sequence[Node]
    low: int
    high: int
    separator: str
    shares: Sequence[float] | None = None  # the weights added up; None: all alike
    readings: Sequence[int] = field(init=False)
    whole: Sequence[int] = field(init=False)
    count: int = field(init=False)
    cost: int = field(init=False)

    def __post_init__(self) -> None:
        """Count once: every reading asks for it."""
        self.readings = counts(self.options)
        self.whole = picking.polynomial(self.readings, self.high)
        self.count = picking.ways(self.whole, self.low, self.high)
        looking = len(self.options) // 20 if self.shares else 0
        self.cost = 2 + self.high * (2 + looking + dearest(self.options))

    def read(self, number: int, image: Image) -> str | None:
        """Return reading `number`; None where it has the same words twice."""
        way = picking.way(self.readings, self.whole, self.low, self.high, number)
        return self._joined([read(self.options[index], inner, image) for index, inner in way], image)

    def draw(self, image: Image) -> str | None:
        """Return a reading by chance: how many, then which by their weights, then what is in them."""
        assert image.chance is not None
        size = self.low + int(image.chance() * (self.high - self.low + 1))
        picked = picking.sample(len(self.options), self.shares, size, image.chance)
        return self._joined([draw(self.options[index], image) for index in picked], image)

    def _joined(self, words: Sequence[str | None], image: Image) -> str | None:
        if None in words:
            return None
        some = [said for one in words if one and (said := one.strip())]
        once = dict.fromkeys(some)
        if image.chance is None and len(once) < len(some):
            return None
        return self.separator.join(once)  # drawn words may meet in an image: they are said once


@dataclass(slots=True)
class Recall:
    """A variable: the words that it was given in this image."""

    slot: int
    count: int = 1
    cost: int = 1

    def read(self, number: int, image: Image) -> str | None:
        """Return the variable's words."""
        return image.words[self.slot]

    def draw(self, image: Image) -> str | None:
        """Return the variable's words."""
        return image.words[self.slot]


@dataclass(slots=True)
class Drawn:
    """What every image of a variation has words of its own for: random, or in order (A8)."""

    node: Node
    mode: Mode
    mark: int  # its own among those of the template
    slots: Sequence[int] = ()  # the variables in it, which tell variations apart all the same
    count: int = field(init=False, default=1)
    cost: int = field(init=False)

    def __post_init__(self) -> None:
        """Drawing takes longer than looking up."""
        self.cost = 4 + 2 * cost(self.node)

    def read(self, number: int, image: Image) -> str | None:
        """Return the words that the image draws or has its turn at; a mark where there is no image."""
        if image.chance is None:
            inside = "".join(f"\1{image.words.get(slot, '')}" for slot in self.slots)
            return f"\0{self.mark}{inside}\2"
        if self.mode is Mode.RANDOM:
            return draw(self.node, image)
        return read(self.node, image.turn % count(self.node), image)

    def draw(self, image: Image) -> str | None:
        """Return the same as `read`: what is in order keeps its turn inside what is random."""
        return self.read(0, image)
