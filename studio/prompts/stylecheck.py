"""Is a style good? Its words are read by the grammar, its sizes bounded. Pure."""

from dataclasses import replace

from studio.prompts.faults import Fault
from studio.prompts.grammar import MOST_CHARACTERS
from studio.prompts.listcheck import fault_of

MOST_NAME, MOST_CATEGORY = 120, 60


def faults_of(*, name: str, text: str, negative: str = "", category: str = "") -> list[Fault]:
    """Return what is wrong with a style, with line and character where it is in its words (A18)."""
    found = [*_too_long(name, "name", MOST_NAME), *_too_long(category, "category", MOST_CATEGORY)]
    if not name.strip():
        found.append(Fault(sentence="A style needs a name."))
    for what, words in (("style", text), ("note", negative)):
        found += _too_long(words, what, MOST_CHARACTERS)
    if not found and (fault := fault_of(text)):
        found.append(placed(fault, text))
    return found


def placed(fault: Fault, text: str) -> Fault:
    """Return a fault of a whole text with the line it is in."""
    before = text[: max(fault.character - 1, 0)]
    line = before.count("\n") + 1
    if line == 1:
        return fault
    return replace(fault, line=line, character=fault.character - before.rindex("\n") - 1)


def _too_long(text: str, what: str, most: int) -> list[Fault]:
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text):
        return [Fault(sentence=f"The {what} holds what is no character of a text.")]
    if len(text) <= most:
        return []
    return [Fault(sentence=f"The {what} has {len(text):,} characters; {most:,} are the most.")]
