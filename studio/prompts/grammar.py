r"""The language of prompt templates: read a template into a tree, with exact positions.

    template  = sequence { "|" sequence }                    behind a bar: a part that may be added
    sequence  = { text | comment | choice | list | setting | use }
    choice    = "{" [ mode ] [ bounds "$$" [ separator "$$" ] ] option { "|" option } "}"
    option    = [ weight "::" ] sequence
    list      = "__" [ mode ] name [ "(" variable "=" words { "," … } ")" ] "__"
    setting   = "${" variable ( "=" | "?=" ) [ "!" ] sequence "}"
    use       = "${" variable [ ":" sequence ] "}"
    mode      = "~" random | "!" every combination | "@" in order
    bounds    = 2 | 1-2 | -2 | 1-
    comment   = "#" between spaces, or at the beginning of a line, to the end of the line
    text      = any character; "\" makes the next of { } | \ _ $ # ~ ! @ : plain

It is the syntax that designers know from sd-dynamic-prompts; docs/prompting.md teaches it, and
docs/decisions.md says where it differs. Pure text in, values out: nothing here knows what a list holds,
what an image is, or what a credit is.
"""

from __future__ import annotations

from collections.abc import Callable

from studio.prompts import marks
from studio.prompts.marks import escape
from studio.prompts.syntax import (
    Choice,
    ListName,
    Mode,
    Option,
    OptionalPart,
    Part,
    PromptError,
    Sequence,
    Setting,
    Sign,
    Text,
    Use,
)

__all__ = [
    "MOST_CHARACTERS",
    "MOST_NESTED",
    "PromptError",
    "escape",
    "parse",
    "parse_entry",
    "signs",
    "weighed",
]

MOST_CHARACTERS = 4_000  # S20: the provider's own bound for one prompt; a template is held to it too
MOST_NESTED = 20
MOST_WEIGHT = 1_000_000


def parse(template: str) -> Sequence:
    """Return the tree of a template.

    Raises PromptError, which names the character and what was expected there, for braces that do not
    match and whatever else begins like syntax and is none: nothing is passed through as words by mistake.
    """
    return _Reader(template, bars=True).read()


def parse_entry(entry: str, begins: int = 0) -> Sequence:
    """Return the tree of a list's entry from a character on, where a bar outside braces is a bar.

    Raises PromptError.
    """
    return _Reader(entry, bars=False, at=begins).read()


def signs(template: str) -> tuple[Sign, ...]:
    """Return all that is no words in a template, however long it is: its signs, lists and comments.

    Raises PromptError where it cannot be read.
    """
    reader = _Reader(template, bars=True)
    reader.all_of_it()
    return (*reader.signs, *reader.signs_of(0, len(template)))


def weighed(text: str, at: int = 0) -> tuple[float, int]:
    """Return the weight that an option or entry begins with at a character, 1 where it has none, and its end.

    Raises PromptError for what looks like a weight and is none, such as `1,5::` or `nan::`.
    """
    found = marks.WEIGHT.match(text, at)
    if found and found[1] != "-" and (weight := float(found[2])) <= MOST_WEIGHT:
        return weight, found.end()
    meant = found or marks.LIKE_WEIGHT.match(text, at)
    if not meant:
        return 1.0, at
    start = at + len(meant[0]) - len(meant[0].lstrip())
    says = f"a weight is a number from 0 to {MOST_WEIGHT:,}, as in {{0.5::a|b}}. For words write \\::."
    raise PromptError(f"Character {start + 1}: {says}", start, "a weight")


class _Reader:
    """One pass over the characters, one level of braces a call."""

    def __init__(self, template: str, *, bars: bool, at: int = 0) -> None:
        self.template = template
        self.bars = bars
        self.at = at
        self.open: list[int] = []  # where the braces around the present character begin
        self.stops = ""  # what ends the present sequence
        self.signs: list[Sign] = []
        self.inside: list[list[tuple[int, int]]] = [[]]  # signs within each of the open braces, from … to

    def signs_of(self, begins: int, ends: int) -> list[Sign]:
        """Return the signs of the innermost braces, which begin and end so, and forget them."""
        return [Sign(start=start, end=end, begins=begins, ends=ends) for start, end in self.inside.pop()]

    def read(self) -> Sequence:
        """Return the tree of a text that a prompt may hold."""
        self._refuse_what_no_prompt_holds()
        return self.all_of_it()

    def all_of_it(self) -> Sequence:
        """Return the tree of a text of any length."""
        base = self._sequence("|" if self.bars else "")
        parts: list[Part] = []
        while self.at < len(self.template):  # a bar, for a } at the top is refused where it stands
            start = self.at
            self.at += 1
            self._note(start)
            body = _stripped(self._sequence("|"), " ,\t\r\n")
            if not body.parts:
                raise self._error(
                    start, "nothing follows this bar. Write what may be added, or \\|.", "words"
                )
            parts.append(OptionalPart(body=body, start=start))
        return Sequence(parts=(*_stripped(base, " ,\t\r\n").parts, *parts)) if parts else base

    def _refuse_what_no_prompt_holds(self) -> None:
        if (length := len(self.template)) > MOST_CHARACTERS:
            sentence = f"{length:,} characters: a template may have {MOST_CHARACTERS:,}. "
            mend = f"Take out {length - MOST_CHARACTERS:,}, or put alternatives into a word list."
            raise PromptError(sentence + mend, MOST_CHARACTERS, "the end")
        if "\0" in self.template:
            raise self._error(
                self.template.index("\0"), "this cannot be part of a prompt. Take it out.", "words"
            )

    def _note(self, start: int) -> None:
        """Remember that from a character up to the present one stands a sign of the braces around it."""
        self.inside[-1].append((start, self.at))

    def _note_whole(self, start: int) -> None:
        """Remember that what stands there means something as a whole alone: a list, a comment, an escape."""
        self.signs.append(Sign(start=start, end=self.at, begins=start, ends=self.at))

    def _error(self, position: int, says: str, expected: str) -> PromptError:
        return PromptError(f"Character {position + 1}: {says}", position, expected)

    def _sequence(self, stops: str) -> Sequence:
        outer, self.stops = self.stops, stops
        parts: list[Part] = []
        while self.at < len(self.template) and self.template[self.at] not in stops:
            parts += self._part()
        self.stops = outer
        return Sequence(parts=_merged(parts))

    def _part(self) -> list[Part]:
        """Read what begins at the present character; a comment is nothing."""
        start, rest = self.at, self.template
        match rest[start]:
            case "{":
                return [self._choice()]
            case "}":
                raise self._error(start, "this } closes nothing. Put a { before it, or write \\}.", "words")
            case "|" if self.stops == "}":
                says = "alternatives of a variable go into braces of their own, as in ${c={red|blue}}."
                raise self._error(start, says, "}")
            case "_" if rest.startswith("__", start):
                return [self._list()]
            case "$" if rest.startswith("${", start):
                return [self._variable()]
            case "$" if self.open and rest.startswith("$$", start):
                says = (
                    "before $$ belongs a number right behind the {, as in {2$$a|b}. For dollars write \\$\\$."
                )
                raise self._error(start, says, "words")
            case "#" if marks.comment_at(rest, start):
                self.at = end if (end := rest.find("\n", start)) >= 0 else len(rest)
                self._note_whole(start)
                return []
            case _:
                return [Text(words=self._words(), start=start)]

    def _words(self) -> str:
        """Read the plain words that begin here: an escape, a run, or one character that begins nothing."""
        if escaped := marks.ESCAPED.match(self.template, self.at):
            start, self.at = self.at, escaped.end()
            self._note_whole(start)
            return escaped[1]
        run = marks.PLAIN.match(self.template, self.at)
        start, self.at = self.at, run.end() if run else self.at + 1
        return self.template[start : self.at]

    def _enter(self, start: int) -> None:
        if len(self.open) == MOST_NESTED:
            raise self._error(
                start, f"more than {MOST_NESTED} braces inside one another. Take some out.", "words"
            )
        self.open.append(start)
        self.inside.append([])

    def _leave(self) -> None:
        start = self.open.pop()
        if self.at == len(self.template):
            raise self._error(start, "this { is never closed. Put a } after it, or write \\{.", "}")
        self.at += 1
        self._note(self.at - 1)
        self.signs += self.signs_of(start, self.at)

    def _choice(self) -> Choice:
        start = self.at
        self._enter(start)
        self.at += 1
        mode = self._mode()
        low, high, separator = self._bounds(start)
        options = [self._option()]
        while self.template.startswith("|", self.at):
            self.at += 1
            self._note(self.at - 1)
            options.append(self._option())
        self._leave()
        if not any(option.weight for option in options):
            raise self._error(start, "one of these must weigh more than 0.", "a weight above 0")
        return Choice(options=tuple(options), start=start, low=low, high=high, separator=separator, mode=mode)

    def _mode(self) -> Mode | None:
        if found := marks.MODE.match(self.template, self.at):
            self.at = found.end()
            return Mode(found[1])
        return None

    def _bounds(self, start: int) -> tuple[int, int | None, str]:
        """Read how many are picked, and what joins them: one, where nothing is said."""
        found = marks.BOUNDS.match(self.template, self.at)
        self.at = found.end() if found else self.at
        self._note(start)
        if not found:
            return 1, 1, ", "
        least, dash, greatest, _, up_to = found.groups()
        if any(len(number or "") > 6 for number in (least, greatest, up_to)):
            raise self._error(found.start(), "that many cannot be picked at once.", "a smaller number")
        low = int(least or 1)
        if dash and not greatest:
            return low, None, self._separator()
        high = int(greatest or up_to or low)
        low, high = min(low, high), max(low, high)  # {3-1$$…} is {1-3$$…}, as in sd-dynamic-prompts
        return low, high, self._separator()

    def _separator(self) -> str:
        found = marks.SEPARATOR.match(self.template, self.at)
        if not found:
            return ", "
        self.at = found.end()
        self._note(found.end(1))
        return marks.plain(found[1])

    def _option(self) -> Option:
        if simple := marks.SIMPLE_OPTION.match(self.template, self.at):
            start, self.at = self.at, simple.end()
            return Option(body=Sequence(parts=_words(simple[0], start)))
        start = self.at
        weight, self.at = weighed(self.template, start)
        self._note(start)
        return Option(body=_unbroken(self._sequence("|}")), weight=weight)

    def _list(self) -> ListName:
        start = self.at
        found = marks.LIST.match(self.template, start)
        if not found:
            says = "this word list does not end. Write it as __name__; for underscores write \\_\\_."
            raise self._error(start, says, "__")
        sign, name, values = found[1], found[2].strip(), found[3]
        if not marks.LIST_NAME.fullmatch(name):
            says = (
                f"“{name[:40]}” cannot be the name of a word list: it has letters, digits, spaces, "
                "- . / and *. For underscores write \\_\\_."
            )
            raise self._error(start, says, "a list’s name")
        self.at = found.end()
        self._note_whole(start)
        mode = Mode(sign) if sign else None
        return ListName(name=name, start=start, mode=mode, values=self._handed(start, values))

    def _handed(self, start: int, values: str | None) -> tuple[tuple[str, str], ...]:
        pairs = [marks.HANDED.fullmatch(pair) for pair in values.split(",")] if values is not None else []
        if not all(pairs):
            says = "what a list is given is written as in __clothes(season=winter)__."
            raise self._error(start, says, "variable=words")
        return tuple((pair[1], pair[2].strip()) for pair in pairs if pair)

    def _variable(self) -> Part:
        start = self.at
        found = marks.VARIABLE.match(self.template, start)
        if not found:
            says = (
                "a variable is written ${name}, ${name=words} or ${name:words}. For a dollar sign write \\$."
            )
            raise self._error(start, says, "a variable’s name")
        name, sign = found.groups()
        self._refuse_a_setting_inside(start, sign)
        self.at = found.end()
        if sign == "}":
            self._note_whole(start)
            return Use(name=name, start=start)
        return self._with_body(name, sign, start)

    def _refuse_a_setting_inside(self, start: int, sign: str) -> None:
        if self.open and "=" in sign:
            says = "a variable is given its value outside braces. Move this before the {."
            raise self._error(start, says, "words")

    def _with_body(self, name: str, sign: str, start: int) -> Part:
        self._enter(start)
        if "=" in sign and self.template.startswith("!", self.at):
            self.at += 1  # “at once”: a variable is picked once per image in any case
        self._note(start)
        begins = self.at
        body = _stripped(self._sequence("}"))
        written = self.template[begins : self.at]
        self._leave()
        if sign == ":":
            return Use(name=name, start=start, default=body, written=written.strip())
        return Setting(name=name, body=body, start=start, keeps=sign == "?=")


def _words(words: str, start: int) -> tuple[Text, ...]:
    return (Text(words=words, start=start),) if words else ()


def _merged(parts: list[Part]) -> tuple[Part, ...]:
    """Return parts with neighbouring words in one."""
    merged: list[Part] = []
    for part in parts:
        if isinstance(part, Text) and merged and isinstance(before := merged[-1], Text):
            merged[-1] = Text(words=before.words + part.words, start=before.start)
        else:
            merged.append(part)
    return tuple(merged)


def _stripped(sequence: Sequence, behind: str = " \t\r\n") -> Sequence:
    """Return a sequence without the spaces around it, and without these characters behind it."""
    return _trimmed(sequence, str.lstrip, lambda words: words.rstrip(behind))


def _unbroken(option: Sequence) -> Sequence:
    """Return an option without the line breaks around it, and the spaces that indent it there.

    Spaces alone stay: `{foggy |}harbour` needs them.
    """
    return _trimmed(
        option,
        lambda words: marks.unbroken(words, before=True),
        lambda words: marks.unbroken(words, before=False),
    )


def _trimmed(sequence: Sequence, before: Callable[[str], str], behind: Callable[[str], str]) -> Sequence:
    parts = sequence.parts
    if parts and isinstance(first := parts[0], Text):
        parts = (*_words(before(first.words), first.start), *parts[1:])
    if parts and isinstance(last := parts[-1], Text):
        parts = (*parts[:-1], *_words(behind(last.words), last.start))
    return Sequence(parts=parts)
