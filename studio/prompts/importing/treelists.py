"""Word lists of a YAML or JSON tree, as sd-dynamic-prompts' collections have them.

A mapping makes folders, a list of texts is a word list. An entry is a text, with a weight before it
(`0.5::red`) or beside it (`{text: red, weight: 0.5}`).
"""

from collections.abc import Iterator
from dataclasses import replace

from studio.prompts.faults import Fault
from studio.prompts.importing.found import FoundList
from studio.prompts.importing.trees import Branch, Leaf, Node
from studio.prompts.listtext import LINE_END, written

JOINED = "An entry of several lines was joined into one."
TEXTS, WEIGHT = ("text", "content"), "weight"
MOST_WEIGHT = 1_000_000


def lists_of(tree: Node | None, *, file: str, top: str) -> list[FoundList]:
    """Return the lists of a tree; `top` is the name of one that is a list itself. Never raises."""
    if isinstance(tree, Branch) and tree.keys is not None:
        return list(_merged(_walked(tree, (), file)))
    if isinstance(tree, Branch):
        return [_list(top, tree, file)]
    sentence = "There is no list in it." if tree else "The file is empty."
    return [FoundList(name=top, text="", file=file, faults=(Fault(sentence=sentence),))]


def _walked(branch: Branch, folders: tuple[str, ...], file: str) -> Iterator[FoundList]:
    for key, node in zip(branch.keys or (), branch.nodes, strict=True):
        path = (*folders, key)
        if isinstance(node, Branch) and node.keys is not None:
            yield from _walked(node, path, file)
        elif isinstance(node, Branch):
            yield _list("/".join(path), node, file)
        else:
            sentence = "Here is a text, where a list of texts was expected: put “- ” before it."
            fault = Fault(sentence=sentence, line=node.line)
            yield FoundList(name="/".join(path), text="", file=file, faults=(fault,))


def _merged(found: Iterator[FoundList]) -> Iterator[FoundList]:
    """Put a name that is said twice together, and say so: in a dictionary the first would be lost."""
    seen: dict[str, FoundList] = {}
    for one in found:
        first = seen.get(one.name)
        seen[one.name] = _together(first, one) if first else one
    yield from seen.values()


def _together(first: FoundList, second: FoundList) -> FoundList:
    twice = "It stands in the file twice; both were put together."
    return replace(
        first,
        text="\n".join(text for text in (first.text, second.text) if text),
        lines=first.lines + second.lines,
        faults=first.faults + second.faults,
        notes=(*first.notes, *second.notes, twice),
    )


def _list(name: str, branch: Branch, file: str) -> FoundList:
    lines, places, faults, notes, empty = list[str](), list[int](), list[Fault](), list[str](), 0
    for node in branch.nodes:
        try:
            text = _entry(node)
        except _NoEntry as error:
            faults.append(Fault(sentence=str(error), line=node.line))
            continue
        if LINE_END.search(text) and JOINED not in notes:
            notes.append(JOINED)
        line = written(text)
        empty += not line
        if line:
            lines.append(line)
            places.append(node.line)
    if empty:
        notes.append(f"{empty} empty entr{'y was' if empty == 1 else 'ies were'} left out.")
    return FoundList(
        name=name,
        text="\n".join(lines),
        file=file,
        lines=tuple(places),
        faults=tuple(faults),
        notes=tuple(notes),
    )


class _NoEntry(ValueError):
    """A node that no entry can be made of; str() is the sentence."""


def _entry(node: Node) -> str:
    if isinstance(node, Leaf):
        return node.text
    fields = dict(zip(node.keys or (), node.nodes, strict=False))
    text = next((fields[name] for name in TEXTS if name in fields), None)
    weight = fields.get(WEIGHT, Leaf(text="1"))
    if not isinstance(text, Leaf) or not isinstance(weight, Leaf) or fields.keys() - {*TEXTS, WEIGHT}:
        raise _NoEntry("An entry is a text, or has a text and a weight alone.")
    number = _weight(weight.text)
    return text.text if number == "1" else f"{number}::{text.text}"


def _weight(text: str) -> str:
    """Return a weight in plain digits. Raises _NoEntry for what is none."""
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number < MOST_WEIGHT:  # also what is no number at all
        raise _NoEntry(f"“{text[:20]}” is no weight: write a number from 0 to {MOST_WEIGHT:,}.")
    return f"{number:.9f}".rstrip("0").rstrip(".")
