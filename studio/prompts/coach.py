"""The coach: what a prompt says of subject, style, mood, light, camera, composition, and where it clashes.

The provider's own advice (S67 to S69) as rules: offline, instant, and never in anybody's way (A26). Pure:
text in, values out. The words stand in `vocabulary`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise

from studio.prompts import vocabulary

DENIALS = frozenset({"no", "not", "non", "without", "never", "nor", "isn't"})
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|(?<!\w)['‘][^'’]*['’](?!\w)")
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
LENSES = re.compile(rf"(?<!\w)(?:{vocabulary.LENSES})(?!\w)", re.IGNORECASE)
LOOKED_AT = 4_000  # characters of one prompt: more is not sent (S20)


class Part(StrEnum):
    """What a prompt may say, in the order in which it is shown."""

    SUBJECT = "subject"
    STYLE = "style"
    MOOD = "mood"
    LIGHT = "light"
    CAMERA = "camera"
    COMPOSITION = "composition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Two phrases of one prompt of which the picture can be only one, as they were written."""

    first: str
    second: str

    @property
    def sentence(self) -> str:
        """Return it for a person."""
        return f"“{self.first}” and “{self.second}” contradict each other."


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What every reading of a template says, and what in one of them contradicts itself."""

    said: frozenset[Part]
    clashes: tuple[Clash, ...] = ()

    @property
    def missing(self) -> tuple[Part, ...]:
        """Return what is not said, in order."""
        return tuple(part for part in Part if part not in self.said)


def advise(prompts: Iterable[str]) -> Advice:
    """Return the advice on prompts, the readings of one template: what all say, what any contradicts."""
    found = [_advise(prompt[:LOOKED_AT]) for prompt in prompts]
    said = frozenset.intersection(*(one.said for one in found)) if found else frozenset[Part]()
    clashes = dict.fromkeys(clash for one in found for clash in one.clashes)
    return Advice(said=said, clashes=tuple(clashes))


def marks(template: str, clashes: Sequence[Clash]) -> tuple[tuple[int, int], ...]:
    """Return where the words of clashes stand in a template: begin and end of each, in characters."""
    phrases = {phrase for clash in clashes for phrase in (clash.first, clash.second)}
    found = {
        match.span()
        for phrase in phrases
        for match in re.finditer(rf"(?<!\w){re.escape(phrase)}(?!\w)", template, re.IGNORECASE)
    }
    return tuple(sorted(found))


def suggested(part: Part) -> tuple[str, ...]:
    """Return words that would say a part; none for the subject, which is the person's own."""
    return vocabulary.SUGGESTED.get(part, ())


@dataclass(frozen=True, slots=True)
class _Found:
    """A known phrase in a text: its words' numbers, and what it tells."""

    begin: int
    end: int
    tells: frozenset[object]


def _advise(prompt: str) -> Advice:
    text = QUOTED.sub(lambda quoted: " " * len(quoted[0]), prompt)  # that is written in the picture
    lenses = LENSES.search(text)
    words = list(WORD.finditer(LENSES.sub(lambda lens: " " * len(lens[0]), text)))
    spoken = [word[0].lower().replace("’", "'") for word in words]
    found = _whole(_find(spoken, _phrases()))
    said = {part for one in found for part in one.tells if isinstance(part, Part)}
    if lenses:
        said.add(Part.CAMERA)
    if _has_subject(spoken, found):
        said.add(Part.SUBJECT)
    return Advice(said=frozenset(said), clashes=tuple(_clashes(text, words, spoken)))


def _has_subject(spoken: Sequence[str], found: Iterable[_Found]) -> bool:
    """Say whether a word is left that tells what is to be seen, without those of the other parts."""
    told = {number for one in found for number in range(one.begin, one.end)}
    left = (word for number, word in enumerate(spoken) if number not in told)
    return any(word not in _filler() and not word.isdigit() for word in left)


def _clashes(text: str, words: Sequence[re.Match[str]], spoken: Sequence[str]) -> Iterator[Clash]:
    sides: dict[object, str] = {}
    for one in _find(spoken, _contrary()):
        if DENIALS.isdisjoint(spoken[max(0, one.begin - 2) : one.begin]):
            phrase = text[words[one.begin].start() : words[one.end - 1].end()]
            for side in one.tells:  # the longest phrase at its first place
                if phrase.startswith(sides.get(side, phrase)):
                    sides[side] = phrase
    for number in range(len(vocabulary.CONTRARY)):
        if (number, 0) in sides and (number, 1) in sides:
            yield Clash(first=sides[number, 0], second=sides[number, 1])
    yield from _side_by_side(text, words)


def _side_by_side(text: str, words: Sequence[re.Match[str]]) -> Iterator[Clash]:
    """Yield two words of one thing that it cannot be both, with nothing but spaces between them."""
    for first, second in pairwise(words):
        pair = frozenset({first[0].lower(), second[0].lower()})
        if pair in _opposed() and text[first.end() : second.start()].isspace():
            yield Clash(first=first[0], second=second[0])


type _Book = dict[tuple[str, ...], frozenset[object]]


def _find(spoken: Sequence[str], book: _Book) -> list[_Found]:
    longest = max(map(len, book))
    return [
        _Found(begin, end, tells)
        for begin in range(len(spoken))
        for end in range(begin + 1, min(begin + longest, len(spoken)) + 1)
        if (tells := book.get(tuple(spoken[begin:end])))
    ]


def _whole(found: Sequence[_Found]) -> list[_Found]:
    """Leave out what is only a piece of a longer phrase: “above” says nothing in “from above”."""
    longest_end: dict[int, int] = {}
    for one in found:
        longest_end[one.begin] = max(one.end, longest_end.get(one.begin, 0))
    kept, reached = [], 0
    for one in found:  # by their beginnings
        if one.end == longest_end[one.begin] and one.end > reached:
            kept.append(one)
            reached = one.end
    return kept


@cache
def _phrases() -> _Book:
    return _book(
        {
            Part.STYLE: vocabulary.STYLE,
            Part.MOOD: vocabulary.MOOD,
            Part.LIGHT: vocabulary.LIGHT,
            Part.CAMERA: vocabulary.CAMERA,
            Part.COMPOSITION: vocabulary.COMPOSITION,
        }
    )


@cache
def _contrary() -> _Book:
    pairs = enumerate(vocabulary.CONTRARY)
    return _book({(number, side): pair[side] for number, pair in pairs for side in (0, 1)})


def _book(told: dict[Part, str] | dict[tuple[int, int], str]) -> _Book:
    """Return each phrase, and its plural, with all that it tells."""
    book: defaultdict[tuple[str, ...], set[object]] = defaultdict(set)
    for meaning, phrases in told.items():
        for phrase in phrases.split(";"):
            words = tuple(WORD.findall(phrase.lower()))
            if words:
                book[words].add(meaning)
                book[*words[:-1], f"{words[-1]}s"].add(meaning)
    return {words: frozenset(meanings) for words, meanings in book.items()}


@cache
def _opposed() -> frozenset[frozenset[str]]:
    return frozenset(frozenset(pair.split()) for pair in vocabulary.OPPOSED.split(";"))


@cache
def _filler() -> frozenset[str]:
    return frozenset(vocabulary.FILLER.split())
