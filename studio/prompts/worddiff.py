"""What was changed between two texts, word by word. Pure text in, values out; it may touch nothing.

The longest common run of words is found by rows of bits (Hyyrö, “Bit-parallel LCS-length computation
revisited”, 2004): two texts of 4,000 words take some milliseconds, whatever stands in them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

type Kind = Literal["same", "removed", "added"]

TOKEN = re.compile(r"\s+|\w+(?:['’-]\w+)*|.")
WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some text that both have, or the first alone ("removed"), or the second alone ("added")."""

    kind: Kind
    text: str


def diff(a: str, b: str) -> list[Part]:
    """Return how `a` became `b`: what was removed stands before what was added in its place (A20, A25).

    The texts of "same" and "removed" make up `a` again, those of "same" and "added" make up `b`.
    No two neighbours are of one kind.
    """
    ours, theirs = TOKEN.findall(a), TOKEN.findall(b)
    head = _common(ours, theirs)
    tail = _common(ours[head:][::-1], theirs[head:][::-1])
    middle = _changes(ours[head : len(ours) - tail], theirs[head : len(theirs) - tail])
    steps = [*_same(ours[:head]), *middle, *_same(ours[len(ours) - tail :])]
    return _joined(_tidy(list(_gathered(steps))))


def _common(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """Return how many tokens both begin with."""
    count = 0
    for mine, other in zip(ours, theirs, strict=False):
        if mine != other:
            break
        count += 1
    return count


def _changes(ours: Sequence[str], theirs: Sequence[str]) -> list[Part]:
    rows = _rows(ours, theirs)
    i, j, steps = len(ours), len(theirs), list[Part]()
    while i and j:
        if ours[i - 1] == theirs[j - 1]:
            i, j = i - 1, j - 1
            steps.append(Part(kind="same", text=ours[i]))
        elif rows[j] >> (i - 1) & 1:  # the same length without this word of ours
            i -= 1
            steps.append(Part(kind="removed", text=ours[i]))
        else:
            j -= 1
            steps.append(Part(kind="added", text=theirs[j]))
    steps += [Part(kind="removed", text=word) for word in reversed(ours[:i])]
    steps += [Part(kind="added", text=word) for word in reversed(theirs[:j])]
    return steps[::-1]


def _rows(ours: Sequence[str], theirs: Sequence[str]) -> list[int]:
    """Return for each beginning of `theirs` the bits of `ours`: 0 where the common run grows by a word."""
    where: dict[str, int] = {}
    for place, word in enumerate(ours):
        where[word] = where.get(word, 0) | 1 << place
    every = (1 << len(ours)) - 1
    row, rows = every, [every]
    for word in theirs:
        met = row & where.get(word, 0)
        row = ((row + met) | (row - met)) & every
        rows.append(row)
    return rows


def _same(words: Sequence[str]) -> list[Part]:
    return [Part(kind="same", text=word) for word in words]


def _gathered(steps: Sequence[Part]) -> Iterator[tuple[str, str, str]]:
    """Yield what both have, then what was removed and what was added after it."""
    for same, run in groupby(steps, key=lambda part: part.kind == "same"):
        parts = list(run)
        if same:
            yield "".join(part.text for part in parts), "", ""
        else:
            yield "", _of(parts, "removed"), _of(parts, "added")


def _of(parts: Sequence[Part], kind: Kind) -> str:
    return "".join(part.text for part in parts if part.kind == kind)


def _joined(parts: Iterator[Part]) -> list[Part]:
    """Put neighbours of one kind together."""
    runs = groupby(parts, key=lambda part: part.kind)
    return [Part(kind=kind, text="".join(part.text for part in run)) for kind, run in runs]


def _tidy(spans: Sequence[tuple[str, str, str]]) -> Iterator[Part]:
    """Let a comma or a space that stayed between two changes go with them, where it reads as one change."""
    run: list[tuple[str, str, str]] = []
    for place, span in enumerate(spans):
        same = span[0]
        if same and (WORD.search(same) or not run or place == len(spans) - 1):
            yield from _change(run)
            yield Part(kind="same", text=same)
            run = []
        else:
            run.append(span)
    yield from _change(run)


def _change(run: Sequence[tuple[str, str, str]]) -> Iterator[Part]:
    """Tell several changes as one: words for words, or only more or only less; else as they are."""
    less = TOKEN.findall("".join(same + removed for same, removed, _added in run))
    more = TOKEN.findall("".join(same + added for same, _removed, added in run))
    head = _common(less, more)
    tail = _common(less[head:][::-1], more[head:][::-1])
    removed, added = ("".join(words[head : len(words) - tail]) for words in (less, more))
    if len(run) < 2 or not removed or not added or (WORD.search(removed) and WORD.search(added)):
        yield from _parts(("".join(less[:head]), removed, added))
        yield from _parts(("".join(less[len(less) - tail :]), "", ""))
    else:
        for span in run:
            yield from _parts(span)


def _parts(span: tuple[str, str, str]) -> Iterator[Part]:
    kinds: tuple[Kind, ...] = ("same", "removed", "added")
    for kind, text in zip(kinds, span, strict=True):
        if text:
            yield Part(kind=kind, text=text)
