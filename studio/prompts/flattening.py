"""Write word lists out in a template: each becomes the choice that it stands for (A19). Text in, text out."""

from collections.abc import Iterator

from studio.prompts import marks
from studio.prompts.grammar import MOST_CHARACTERS, parse, parse_entry, weighed
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
    options = [_weighted(entry) for entry in lists.entries(one.name) or ()]
    return f"{{{one.mode or ''}{'|'.join(options)}}}" if options else ""


def _weighted(entry: str) -> str:
    """Return an entry as an option, with its weight as it was typed."""
    _, begins = weighed(entry)
    return entry[:begins] + _option(entry, begins)


def alone(entry: str) -> str:
    """Return a list's entry as words of a template: without its weight and notes, its bars made plain.

    Raises PromptError where it cannot be read.
    """
    return _option(entry, weighed(entry)[1]).strip()


def _option(entry: str, begins: int) -> str:
    """Return an entry from a character on as an option."""
    return _as_words(written(parse_entry(entry, begins)))


def _as_words(option: str) -> str:
    """Return an option without its weight so that what begins it like a mode, number or weight is plain."""
    if found := marks.MODE.match(option):
        option = f"{option[: found.start(1)]}\\{option[found.start(1) :]}"
    if marks.BOUNDS.match(option):
        option = option.replace("$$", "\\$\\$", 1)
    if marks.WEIGHT.match(option) or marks.LIKE_WEIGHT.match(option):
        option = option.replace("::", "\\::", 1)
    return option


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
    body = _as_words(written(option.body))
    return f"{option.weight:g}::{body}" if option.weight != 1 else body
