"""HTML as values: what is text is escaped, what is markup is `Safe`. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any


class Safe(str):
    """Text that is HTML already."""

    __slots__ = ()


Part = Any  # a Safe, a text, a number, None, or several of those
VOID = {"input", "link", "meta", "br"}


def join(parts: Part) -> Safe:
    """The parts one after the other; None is nothing, text is escaped."""
    if parts is None:
        return Safe("")
    if isinstance(parts, Safe):
        return parts
    if isinstance(parts, Iterable) and not isinstance(parts, str):
        return Safe("".join(join(part) for part in parts))
    return Safe(escape(str(parts)))


def el(tag: str, /, *parts: Part, **attributes: Any) -> Safe:
    """An element.  `class_` is class, `for_` is for, `aria_label` is aria-label; True stands alone."""
    shown = "".join(_attribute(key, value) for key, value in attributes.items())
    if tag in VOID:
        return Safe(f"<{tag}{shown}>")
    return Safe(f"<{tag}{shown}>{join(parts)}</{tag}>")


def _attribute(key: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[Part]], none: str) -> Safe:
    """A table that scrolls by itself where it is wide; `none` is said where it has no rows."""
    lines = [el("tr", [el("td", cell) for cell in row]) for row in rows]
    if not lines:
        return el("p", none, class_="quiet")
    head = el("thead", el("tr", [el("th", text, scope="col") for text in heads]))
    whole = el("table", head, el("tbody", lines))
    return el("div", whole, class_="scroll", tabindex="0", role="region", aria_label=title)


def field(label: str, control: Part, for_: str, hint: str = "") -> Safe:
    """A label over its control, with a hint under it."""
    said = el("small", hint, id=f"{for_}-hint") if hint else None
    return el("p", el("label", label, for_=for_), control, said, class_="field")


def choose(name: str, id_: str, options: Iterable[str], chosen: str) -> Safe:
    """A list of choices."""
    made = [el("option", one, value=one, selected=one == chosen) for one in options]
    return el("select", made, name=name, id=id_)
