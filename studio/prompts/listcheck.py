"""Is a word list's text good? The grammar reads each entry; sizes are bounded; circles are named. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from studio.prompts import grammar
from studio.prompts.faults import MOST_TOLD, Fault
from studio.prompts.fetching import option
from studio.prompts.listtext import numbered
from studio.prompts.mentions import matching

MOST_ENTRIES = 10_000
MOST_BYTES = 1_000_000


def faults_of(text: str) -> list[Fault]:
    """Return what is wrong with a list's text, at most 50 faults, each with its line and character (A7)."""
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        return [Fault(sentence=f"The list is larger than {MOST_BYTES:,} bytes. Split it into several lists.")]
    entries = numbered(text)
    if len(entries) > MOST_ENTRIES:
        sentence = f"The list has {len(entries):,} entries; {MOST_ENTRIES:,} are the most. Split it."
        return [Fault(sentence=sentence, line=entries[MOST_ENTRIES][0])]
    found: list[Fault] = []
    for line, entry in entries:
        if fault := fault_of_entry(entry):
            found.append(replace(fault, line=line))
        if len(found) == MOST_TOLD:
            break
    return found


def fault_of_entry(entry: str) -> Fault | None:
    """Return what keeps an entry from being read, with its character; it may begin with a weight."""
    if len(entry) > grammar.MOST_CHARACTERS:
        sentence = f"The entry has {len(entry):,} characters; {grammar.MOST_CHARACTERS:,} are the most."
        return Fault(sentence=sentence, character=grammar.MOST_CHARACTERS + 1)
    return _fault(option, entry)


def fault_of(template: str) -> Fault | None:
    """Return what keeps a template from being read, with its character; None where nothing does."""
    return _fault(grammar.parse, template)


def _fault(read: Callable[[str], object], text: str) -> Fault | None:
    if bad := _unkeepable(text):
        return bad
    try:
        read(text)
    except grammar.PromptError as error:
        return Fault(sentence=_placeless(error.sentence), character=error.position + 1)
    return None


def _unkeepable(template: str) -> Fault | None:
    """Refuse what no database keeps as text: a null character, half of a surrogate pair."""
    for place, character in enumerate(template, 1):
        if character == "\0" or "\ud800" <= character <= "\udfff":
            return Fault(sentence="This is no character of a text. Delete it.", character=place)
    return None


def _placeless(sentence: str) -> str:
    """Take the place off a sentence of the grammar's: it stands before the sentence already."""
    place, colon, rest = sentence.partition(": ")
    return rest[:1].upper() + rest[1:] if colon and place.startswith("Character ") else sentence


def circle_of(name: str, needs: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return a chain of lists that leads from a list back to itself, () where there is none.

    `needs` says of each list what it asks for by name or glob.
    """
    came_from: dict[str, str] = {}
    front = [name]
    while front:
        at = front.pop()
        for met in (met for asked in needs.get(at, ()) for met in matching(asked, needs)):
            if met == name:
                return _chain(name, at, came_from)
            if met not in came_from:
                came_from[met] = at
                front.append(met)
    return ()


def _chain(name: str, last: str, came_from: Mapping[str, str]) -> tuple[str, ...]:
    chain = [name]
    while last != name:
        chain.append(last)
        last = came_from[last]
    return (name, *reversed(chain))
