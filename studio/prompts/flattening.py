"""Write word lists out in a template: each becomes the choice that it stands for (A19). Text in, text out."""

from collections.abc import Iterator

from studio.prompts import marks
from studio.prompts.grammar import MOST_CHARACTERS, parse, parse_entry
from studio.prompts.lists import Lists
from studio.prompts.syntax import Choice, ListName, Option, OptionalPart, Sequence, Setting, Text, Use

MOST_DEEP = 8  # lists within lists; deeper ones stay


def flat(template: str, lists: Lists) -> str:
    """Return a template that means the same without word lists; all else stays as it was typed.

    A list that is not there, is handed variables or is too long to be written out stays. Raises PromptError
    where the template or an entry cannot be read.
    """
    for _ in range(MOST_DEEP):
        before, template = template, _one_level(template, lists)
        if template == before:
            break
    return template


def _one_level(template: str, lists: Lists) -> str:
    named = sorted(_named(parse(template)), key=lambda one: one.start, reverse=True)
    for one in named:
        found, choice = marks.LIST.match(template, one.start), _choice(one, lists)
        if not found or not choice:
            continue
        longer = template[: one.start] + choice + template[found.end() :]
        if len(longer) <= MOST_CHARACTERS:
            template = longer
    return template


def _named(tree: Sequence) -> Iterator[ListName]:
    """Yield the lists that a tree names, but those within a variable's own braces, which come with it."""
    for part in tree.parts:
        match part:
            case ListName(values=()):
                yield part
            case Choice():
                for option in part.options:
                    yield from _named(option.body)
            case OptionalPart() | Setting():
                yield from _named(part.body)


def _choice(one: ListName, lists: Lists) -> str:
    """Return the choice that a list stands for, "" where it has no entries."""
    options = [_option(entry) for entry in lists.entries(one.name) or ()]
    return f"{{{one.mode or ''}{'|'.join(options)}}}" if options else ""


def alone(entry: str) -> str:
    """Return a list's entry as words of a template: without its weight and notes, its bars made plain.

    Raises PromptError where it cannot be read.
    """
    weight = marks.WEIGHT.match(entry)
    return _option(entry, weight.end() if weight else 0).strip()


def _option(entry: str, begins: int = 0) -> str:
    """Return an entry as an option: what begins like a mode or a number there is made plain."""
    text = written(parse_entry(entry, begins))
    if marks.MODE.match(text):
        text = f"\\{text.lstrip()}"
    if marks.BOUNDS.match(text):
        text = text.replace("$$", "\\$\\$", 1)
    return text


def written(tree: Sequence) -> str:
    """Return a tree as it would be typed within braces; its comments are gone."""
    return "".join(_part(part) for part in tree.parts)


def _part(part: Text | Choice | OptionalPart | ListName | Setting | Use) -> str:
    match part:
        case Text():
            return marks.escape(part.words)
        case Choice():
            return f"{{{part.mode or ''}{_bounds(part)}{'|'.join(map(_weighed, part.options))}}}"
        case OptionalPart():
            return f" | {written(part.body)}"
        case ListName():
            handed = ", ".join(f"{name}={value}" for name, value in part.values)
            return f"__{part.mode or ''}{part.name}{f'({handed})' if handed else ''}__"
        case Setting():
            return f"${{{part.name}{'?=' if part.keeps else '='}{written(part.body)}}}"
        case Use():
            return f"${{{part.name}{f':{part.written}' if part.default else ''}}}"


def _bounds(choice: Choice) -> str:
    if (choice.low, choice.high) == (1, 1):
        return ""
    picked = f"{choice.low}" if choice.low == choice.high else f"{choice.low}-{choice.high or ''}"
    return f"{picked}$${marks.escape(choice.separator)}$$"


def _weighed(option: Option) -> str:
    body = written(option.body)
    return f"{option.weight:g}::{body}" if option.weight != 1 else body
