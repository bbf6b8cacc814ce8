"""The coach as the composer draws it: what is said, what might be added, what contradicts itself (A26). Pure.

It never stands in the way of anything: an estimate is the same with it and without.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from studio.prompts import coach
from studio.prompts.coach import Advice, Part

MOST_READ = 8_000  # characters of all readings together: advice is for at once
OFFERED = 3  # words for what is missing
ASKED_FIRST = (Part.SUBJECT, Part.STYLE, Part.LIGHT, Part.MOOD, Part.CAMERA, Part.COMPOSITION)
NEEDS = {
    Part.SUBJECT: "Say what is to be seen.",
    Part.STYLE: "Add a style:",
    Part.MOOD: "Add a mood:",
    Part.LIGHT: "Add a light:",
    Part.CAMERA: "Add a camera:",
    Part.COMPOSITION: "Add a composition:",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A part of a prompt by its name, and whether the prompt says it."""

    word: str
    said: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Words that may be added, and what is written on their button."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coaching:
    """What components/coach.html reads; `marks` are begin and end of contradicting words in the template."""

    parts: tuple[Said, ...]
    tip: str
    words: tuple[Offer, ...]
    clashes: tuple[str, ...]
    marks: tuple[tuple[int, int], ...]


def coaching(template: str, prompts: Sequence[str], offers: Mapping[str, Sequence[Offer]]) -> Coaching:
    """Return the advice on a template by its first readings; `offers` are the team's words by part."""
    advice = coach.advise(_few(prompts or [template]))
    return Coaching(
        parts=tuple(Said(word=part.value.title(), said=part in advice.said) for part in Part),
        tip=_tip(advice),
        words=_words(advice, offers),
        clashes=tuple(clash.sentence for clash in advice.clashes),
        marks=coach.marks(template, advice.clashes),
    )


def _few(prompts: Sequence[str]) -> list[str]:
    read: list[str] = []
    left = MOST_READ
    for prompt in prompts:
        if read and len(prompt) > left:
            break
        read.append(prompt)
        left -= len(prompt)
    return read


def _first_missing(advice: Advice) -> Part | None:
    return next((part for part in ASKED_FIRST if part not in advice.said), None)


def _tip(advice: Advice) -> str:
    missing = _first_missing(advice)
    return NEEDS[missing] if missing else ""


def _words(advice: Advice, offers: Mapping[str, Sequence[Offer]]) -> tuple[Offer, ...]:
    missing = _first_missing(advice)
    if missing is None or missing is Part.SUBJECT:
        return ()
    own = [Offer(label=words, text=words) for words in coach.suggested(missing)]
    return tuple(offers.get(missing, ()) or own)[:OFFERED]
