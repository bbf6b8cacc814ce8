"""Nested lists of a YAML or JSON file as one kind of value. Nothing in a file is built into an object.

A YAML file is read by its events: scalars stay the text that they are, depth and number are bounded, and
an alias is followed while those bounds hold, so that a file which unfolds without end is refused.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from studio.prompts.faults import Fault
from studio.prompts.importing.decoding import Unreadable

MOST_DEEP = 20
MOST_NODES = 200_000
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A text."""

    text: str
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A list of nodes, or a mapping: then `keys` are the names of the nodes."""

    nodes: "tuple[Node, ...]"
    keys: tuple[str, ...] | None = None
    line: int = 0


type Node = Leaf | Branch


def of_json(text: str) -> Node | None:
    """Return a JSON file's tree, None for an empty one. Raises Unreadable with its line and character."""
    if not text.strip():
        return None
    plain = {"parse_int": str, "parse_float": str, "parse_constant": str}
    try:
        value = json.loads(text, object_pairs_hook=_Pairs, **plain)  # type: ignore[arg-type] # three alike
    except json.JSONDecodeError as error:
        sentence = f"This is no JSON: {error.msg[:1].lower()}{error.msg[1:]}."
        raise Unreadable(Fault(sentence=sentence, line=error.lineno, character=error.colno)) from None
    except RecursionError:
        raise Unreadable(_too_deep(0)) from None
    return _Budget().grown(value, 0)


class _Pairs(list[tuple[str, object]]):
    """An object of a JSON file: a name said twice is not lost in a dict."""


class _Budget:
    """Counts the nodes of one file."""

    def __init__(self) -> None:
        self.left = MOST_NODES

    def spend(self, depth: int, line: int = 0) -> None:
        self.left -= 1
        if depth > MOST_DEEP:
            raise Unreadable(_too_deep(line))
        if self.left < 0:
            raise Unreadable(
                Fault(sentence=f"The file unfolds into more than {MOST_NODES:,} values.", line=line)
            )

    def grown(self, value: object, depth: int) -> Node:
        self.spend(depth)
        if isinstance(value, _Pairs):
            nodes = tuple(self.grown(inner, depth + 1) for _key, inner in value)
            return Branch(nodes=nodes, keys=tuple(key for key, _inner in value))
        if isinstance(value, list):
            return Branch(nodes=tuple(self.grown(inner, depth + 1) for inner in value))
        return Leaf(text="" if value is None else value if isinstance(value, str) else str(value).lower())


def of_yaml(text: str) -> Node | None:
    """Return a YAML file's tree, None for an empty one. Raises Unreadable with its line and character."""
    try:
        return _Events(text).tree()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, character = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        sentence = f"This is no YAML: {error.problem or error.context or 'it cannot be read'}."
        raise Unreadable(Fault(sentence=sentence, line=line, character=character)) from None
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1 if isinstance(error.position, int) else 0
        raise Unreadable(
            Fault(sentence="This is no YAML: it holds a control character.", line=line)
        ) from None


class _Events:
    """One pass over the events of a YAML file."""

    def __init__(self, text: str) -> None:
        self.events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=LOADER))
        self.anchors: dict[str, Node] = {}
        self.budget = _Budget()

    def tree(self) -> Node | None:
        """Return the first document's tree; a second one is refused rather than lost."""
        root: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    sentence = "The file holds several documents (---). Make a file of each."
                    raise Unreadable(Fault(sentence=sentence, line=_line(event)))
                root = self._node(next(self.events), 0)
        return root if root != Leaf(text="", line=getattr(root, "line", 0)) else None

    def _node(self, event: yaml.Event, depth: int) -> Node:
        line = _line(event)
        self.budget.spend(depth, line)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, depth, line)
        if getattr(event, "tag", None) not in {None, "!"}:
            raise Unreadable(Fault(sentence=f"A tag such as {str(event.tag)[:40]} is not read.", line=line))  # type: ignore[attr-defined]
        node = self._grown(event, depth, line)
        if anchor := getattr(event, "anchor", None):
            self.anchors[anchor] = node
        return node

    def _grown(self, event: yaml.Event, depth: int, line: int) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            empty = not event.style and event.value in {"", "~", "null"}
            return Leaf(text="" if empty else str(event.value), line=line)
        nodes, keys, mapping = [], [], isinstance(event, yaml.MappingStartEvent)
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent | yaml.MappingEndEvent):
            if mapping:
                keys.append(self._key(event, depth))
                event = next(self.events)
            nodes.append(self._node(event, depth + 1))
        return Branch(nodes=tuple(nodes), keys=tuple(keys) if mapping else None, line=line)

    def _key(self, event: yaml.Event, depth: int) -> str:
        node = self._node(event, depth + 1)
        if isinstance(node, Leaf):
            return node.text
        raise Unreadable(
            Fault(sentence="The name of a list is a text, not a list itself.", line=_line(event))
        )

    def _alias(self, event: yaml.AliasEvent, depth: int, line: int) -> Node:
        node = self.anchors.get(str(event.anchor))
        if node is None:
            raise Unreadable(Fault(sentence=f"*{event.anchor} stands for nothing before it.", line=line))
        self._spend_all(node, depth)
        return node

    def _spend_all(self, node: Node, depth: int) -> None:
        """Count what an alias stands for again, since it is walked through again."""
        self.budget.spend(depth, node.line)
        for inner in node.nodes if isinstance(node, Branch) else ():
            self._spend_all(inner, depth + 1)


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark else 0


def _too_deep(line: int) -> Fault:
    return Fault(
        sentence=f"Lists stand in more than {MOST_DEEP} others. Write the folders flatter.", line=line
    )
