r"""Put a style around a template. Pure text in, text out; it may touch nothing.

`{prompt}` in a style stands for the prompt, as A1111 and InvokeAI have it; a style without it follows
after a comma. Optional parts (`base | fog`) stay what they are: the style goes around the base.
"""

import re

PLACE = "{prompt}"
ESCAPED_OR_PLACE = re.compile(r"\\.|\{prompt\}", re.DOTALL)


def apply(style: str, template: str) -> str:
    """Return the template in the style; an empty style changes nothing (A18)."""
    if not style.strip():
        return template
    base, rest = _parted(template)
    base = _ended(base.strip())
    if not has_place(style):
        return _joined(base, style.strip()) + rest
    return ESCAPED_OR_PLACE.sub(lambda met: base if met[0] == PLACE else met[0], style).strip() + rest


def has_place(style: str) -> bool:
    r"""Tell whether a style says where the prompt goes; `\{prompt\}` does not."""
    return any(met[0] == PLACE for met in ESCAPED_OR_PLACE.finditer(style))


def _joined(base: str, style: str) -> str:
    return f"{base}, {style}" if base.strip() else style


def _ended(base: str) -> str:
    """End a comment on the last line, so that what follows is not part of it."""
    return f"{base}\n" if _commented(base) else base


def _commented(base: str) -> bool:
    return any(character == "#" for _place, character in _plain(base.rpartition("\n")[2]))


def _parted(template: str) -> tuple[str, str]:
    """Return a template's base, and its optional parts from the first bar outside braces on."""
    depth, comment = 0, False
    for place, character in _plain(template):
        if character == "\n":
            comment = False
        elif character == "#" or comment:
            comment = True
        elif character in "{}":
            depth += 1 if character == "{" else -1
        elif character == "|" and not depth:
            return template[:place], f" {template[place:]}"
    return template, ""


def _plain(template: str) -> list[tuple[int, str]]:
    r"""Return the characters with their places, without those that a \ makes plain."""
    found, place = [], 0
    while place < len(template):
        if template[place] == "\\":
            place += 2
            continue
        found.append((place, template[place]))
        place += 1
    return found
