"""Put the words of lists and variables into a template's tree: syntax in, wheels out.

Touches nothing but the `Lists` it is given, and asks those once a name. What would take too long to put
together is refused here, before anything of it is built.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from studio.prompts import fetching, syntax
from studio.prompts.fetching import Entries, error
from studio.prompts.lists import Lists
from studio.prompts.outline import shown
from studio.prompts.scopes import Bound, Scope, merged, shares, without_twins
from studio.prompts.syntax import (
    Choice,
    ListName,
    Mode,
    OptionalPart,
    Part,
    PromptError,
    Setting,
    Text,
    Use,
)
from studio.prompts.wheels import (
    Drawn,
    Node,
    Placed,
    Recall,
    Row,
    Several,
    Wheel,
    count,
    counts,
)

MOST_PICKED = 20  # of one choice at once
MOST_DEEP = 60  # braces, lists and variables inside one another, all together
MOST_PARTS = 8_000  # that are put together one by one
MOST_BITS = 3_322  # of a number of readings: about 10^1000
SHOWN = 40  # characters of an entry in an error
MOST_UNLIKE = 100  # different numbers of readings, among options of which several are picked


def bind(tree: syntax.Sequence, lists: Lists) -> Row:
    """Return the wheels of a template.

    Raises PromptError for lists and variables that are not there, that name each other in a circle, or
    that would unfold beyond all bounds.
    """
    return _Binder(lists).whole(tree)


class _Refused(PromptError):
    """An error that speaks of the typed template already, although it was met within a list."""


class _Binder:
    """One template being bound; it counts what it makes, so that it can stop."""

    def __init__(self, lists: Lists) -> None:
        self.entries = Entries(lists)
        self.mode: Mode | None = None  # how what the present part is inside of is gone through
        self.within: list[ListName] = []
        self.naming: list[Setting] = []
        self.recalled: list[int] = []
        self.deep = self.parts = self.slots = self.marks = 0

    def whole(self, tree: syntax.Sequence) -> Row:
        scope = self._scope(tree, None)
        return self._row(scope, self._placed(tree, scope, shown))

    # Sequences

    def _sequence(self, tree: syntax.Sequence, outer: Scope) -> Node:
        if len(tree.parts) == 1 and isinstance(only := tree.parts[0], Text):
            return only.words
        if not any(isinstance(part, Setting) for part in tree.parts):
            placed = self._placed(tree, outer)
            return self._row(Scope(), placed) if len(placed) > 1 else placed[0].node if placed else ""
        scope = self._scope(tree, outer)
        return self._row(scope, self._placed(tree, scope))

    def _scope(self, tree: syntax.Sequence, outer: Scope | None) -> Scope:
        scope = Scope(outer=outer, mode=self.mode)
        for part in tree.parts:
            if not isinstance(part, Setting) or (part.keeps and self._is_set(part.name, outer)):
                continue
            if (earlier := scope.waiting.get(part.name)) and not part.keeps:
                says = f"{part.name} has its value already, from character {earlier.start + 1}. Take one out."
                raise error(part.start, says, "another name")
            scope.waiting.setdefault(part.name, part)
        return scope

    def _is_set(self, name: str, scope: Scope | None) -> bool:
        return scope is not None and any(name in one.waiting or name in one.known for one in scope.chain())

    def _placed(
        self, tree: syntax.Sequence, scope: Scope, label: Callable[[Part], str] | None = None
    ) -> list[Placed]:
        self._refuse_too_much(tree)
        self.deep += 1
        bound = [
            Placed(node=self._part(part, scope), label=label(part) if label else "", start=part.start)
            for part in tree.parts
            if not isinstance(part, Setting)
        ]
        self.deep -= 1
        return merged(bound)

    def _refuse_too_much(self, tree: syntax.Sequence) -> None:
        start = tree.parts[0].start if tree.parts else 0
        self.parts += len(tree.parts)
        if self.parts > MOST_PARTS:
            raise error(start, "this is more than can be put together at once. Use smaller lists.", "less")
        if self.deep == MOST_DEEP:
            raise error(start, f"more than {MOST_DEEP} things inside one another. Take some out.", "words")

    def _row(self, scope: Scope, parts: Sequence[Placed]) -> Row:
        placed = [*scope.settings, *parts]
        _refuse_the_uncountable(
            sum(count(one.node).bit_length() - 1 for one in placed), placed[0].start if placed else 0
        )
        return Row(settings=scope.settings, parts=parts)

    # Parts

    def _part(self, part: Part, scope: Scope) -> Node:
        match part:
            case Text():
                return part.words
            case Choice() | ListName():
                return self._turned(part, scope)
            case OptionalPart():
                body = self._sequence(part.body, scope)
                added = Row(settings=(), parts=(Placed(node=", "), Placed(node=body)))
                return Wheel(options=("", f", {body}" if isinstance(body, str) else added))
            case Use():
                return self._use(part, scope)
            case Setting():
                raise AssertionError("a setting makes no words")

    def _turned(self, part: Choice | ListName, scope: Scope) -> Node:
        """Bind what may have a way of its own to be gone through, and mark it where that is drawn."""
        outer, self.mode = self.mode, _mode_within(self.mode, _own_mode(part))
        before = len(self.recalled)
        node = self._choice(part, scope) if isinstance(part, Choice) else self._entries(part, scope).one
        mode, self.mode = self.mode, outer
        if mode in (None, outer) or isinstance(node, str):
            return node
        self.marks += 1
        return Drawn(node=node, mode=mode, mark=self.marks, slots=sorted(set(self.recalled[before:])))

    def _choice(self, choice: Choice, scope: Scope) -> Node:
        several = (choice.low, choice.high) != (1, 1)
        name = _only_list(choice)
        if several and name:
            return self._several(choice, self._entries(name, scope))
        nodes = [self._sequence(option.body, scope) for option in choice.options]
        bound = Bound(nodes=nodes, weights=[option.weight for option in choice.options])
        if several:
            return self._several(choice, without_twins(bound, str.strip))
        return self._one(bound if self.mode else without_twins(bound))

    def _one(self, bound: Bound) -> Node:
        if len(bound.nodes) == 1:
            return bound.nodes[0]
        return Wheel(options=bound.nodes, shares=shares(bound.weights))

    def _several(self, choice: Choice, bound: Bound) -> Node:
        there = len(bound.nodes)
        low, high = min(choice.low, there), there if choice.high is None else min(choice.high, there)
        if low == high == there == 1:
            return bound.nodes[0]
        readings = set(counts(bound.nodes))
        if high > MOST_PICKED:
            says = (
                f"this may pick {high:,} at once: {MOST_PICKED} are the most. Write {{1-{MOST_PICKED}$$…}}."
            )
            raise error(choice.start, says, "a smaller number")
        if len(readings) > MOST_UNLIKE:
            says = "several cannot be picked of options that vary in so many ways. Use simpler options."
            raise error(choice.start, says, "simpler options")
        _refuse_the_uncountable(high * (max(readings).bit_length() - 1), choice.start)
        return Several(
            options=bound.nodes,
            low=low,
            high=high,
            separator=choice.separator,
            shares=shares(bound.weights),
        )

    # Lists

    def _entries(self, part: ListName, outer: Scope) -> Bound:
        """Return a list's entries, bound once for all places where the same variables hold."""
        scope = outer
        if part.values:
            scope = outer.handing(part.values)
        key = (part.name, self.mode)
        if key not in scope.lists:
            with self._inside(part):
                bound = self._bound(part, scope)
                scope.lists[key] = replace(bound, one=self._one(bound))
        self.recalled += scope.lists[key].recalled
        return scope.lists[key]

    @contextmanager
    def _inside(self, part: ListName) -> Iterator[None]:
        names = [one.name for one in self.within]
        if part.name in names:
            circle = " → ".join([*names[names.index(part.name) :], part.name])
            start = self.within[0].start
            says = f"Character {start + 1}: word lists ask for each other in a circle: {circle}. "
            raise _Refused(f"{says}Mend one of them.", start, "lists without a circle")
        self.within.append(part)
        yield
        self.within.pop()

    def _bound(self, part: ListName, scope: Scope) -> Bound:
        words = self.entries.of(part.name, part.start)
        if fetching.plain(words):
            return Bound(nodes=words)
        before = len(self.recalled)
        options = [self._entry(part, scope, number, entry) for number, entry in enumerate(words, 1)]
        nodes, weights = [node for node, _ in options], [weight for _, weight in options]
        return Bound(nodes=nodes, weights=weights, recalled=sorted(set(self.recalled[before:])))

    def _entry(self, part: ListName, scope: Scope, number: int, entry: str) -> tuple[Node, float]:
        """Return an entry and its weight; say of an error in it where it is."""
        try:
            option = fetching.option(entry)
            return (
                (option, 1.0)
                if isinstance(option, str)
                else (self._sequence(option.body, scope), option.weight)
            )
        except _Refused:
            raise
        except PromptError as told:
            words = entry if len(entry) <= SHOWN else entry[: SHOWN - 1] + "…"
            where = f"in __{part.name}__, entry {number} (“{words}”)"
            says = f"{where}: {told.sentence[:1].lower()}{told.sentence[1:]}"
            raise error(part.start, says, told.expected) from None

    # Variables

    def _use(self, part: Use, scope: Scope) -> Node:
        known = self._known(part, scope)
        if isinstance(known, str):
            return known
        self.recalled.append(known)
        return Recall(slot=known)

    def _known(self, part: Use, scope: Scope) -> str | int:
        for one in scope.chain():
            if part.name in one.known:
                return one.known[part.name]
            if part.name in one.waiting:
                return self._value(one, part.name, one.waiting[part.name])
        if part.default is None:
            says = (
                f"{part.name} has no value. Write ${{{part.name}=…}} before, or ${{{part.name}:words}} here."
            )
            raise error(part.start, says, "a variable that has a value")
        name = f"{part.name}:{part.written}"  # no variable is called so
        for one in scope.chain():
            if name in one.known:
                return one.known[name]
        return self._value(scope, name, Setting(name=part.name, body=part.default, start=part.start))

    def _value(self, scope: Scope, name: str, setting: Setting) -> str | int:
        if setting in self.naming:
            circle = " → ".join(
                [one.name for one in self.naming[self.naming.index(setting) :]] + [setting.name]
            )
            raise error(setting.start, f"variables ask for each other in a circle: {circle}.", "words")
        outer, self.mode = self.mode, scope.mode
        self.naming.append(setting)
        with self._told_of_the_template(scope):
            node = self._sequence(setting.body, scope)
        self.naming.pop()
        self.mode = outer
        scope.known[name] = node if isinstance(node, str) else self._slot(scope, setting, node)
        return scope.known[name]

    def _slot(self, scope: Scope, setting: Setting, node: Node) -> int:
        self.slots += 1
        scope.settings.append(Placed(node=node, label=setting.name, start=setting.start, slot=self.slots))
        return self.slots

    @contextmanager
    def _told_of_the_template(self, scope: Scope) -> Iterator[None]:
        """Keep the place of an error in a value that was typed, although a list asked for the value."""
        try:
            yield
        except PromptError as told:
            if scope.outer or not self.within:
                raise
            raise _Refused(told.sentence, told.position, told.expected) from None


def _refuse_the_uncountable(bits: int, start: int) -> None:
    if bits > MOST_BITS:
        raise error(start, "this has more variations than can be counted. Take alternatives out.", "fewer")


def _mode_within(outer: Mode | None, own: Mode | None) -> Mode | None:
    """Return how a part is gone through: within what is drawn, “every combination” has no meaning."""
    return outer if own in (None, Mode.ALL) else own


def _own_mode(part: Choice | ListName) -> Mode | None:
    """Return the mode written at a part; `{2$$__~flavours__}` has it at the list."""
    if isinstance(part, Choice) and part.mode is None and (part.low, part.high) != (1, 1):
        name = _only_list(part)
        return name.mode if name else None
    return part.mode


def _only_list(choice: Choice) -> ListName | None:
    """Return the list that a choice consists of, as `{2$$__flavours__}` does."""
    if len(choice.options) > 1:
        return None
    parts = choice.options[0].body.parts
    said = [part for part in parts if not (isinstance(part, Text) and not part.words.strip())]
    return said[0] if len(said) == 1 and isinstance(said[0], ListName) else None
