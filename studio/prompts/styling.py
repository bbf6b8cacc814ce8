r"""Put a style around a template. Pure text in, text out; it may touch nothing.

`{prompt}` in a style stands for the prompt, as A1111 and InvokeAI have it; a style without it follows
after a comma. Optional parts (`base | fog`) stay what they are: the style goes around the base.
"""

import re

from studio.prompts.marks import comment_at

PLACE = "{prompt}"
ESCAPED_OR_PLACE = re.compile(r"\\.|\{prompt\}", re.DOTALL)


def apply(style: str, template: str) -> str:
    """Return the template in the style, without its comments; an empty style changes nothing (A18)."""
    if not style.strip():
        return template
    base, rest = _parted(template)
    base = base.strip()
    if has_place(style):
        styled = ESCAPED_OR_PLACE.sub(lambda met: base if met[0] == PLACE else met[0], style).strip()
    else:
        styled = f"{base}, {style.strip()}" if base else style.strip()
    return styled + rest


def has_place(style: str) -> bool:
    r"""Tell whether a style says where the prompt goes; `\{prompt\}` does not."""
    return any(met[0] == PLACE for met in ESCAPED_OR_PLACE.finditer(style))


def _parted(template: str) -> tuple[str, str]:
    """Return a template's base without comments, which would swallow what a style adds behind them, and
    its optional parts as they are, from the first bar outside braces on.
    """
    base, begun, depth, place = "", 0, 0, 0
    while place < len(template):
        character = template[place]
        if character == "#" and comment_at(template, place):
            base += template[begun:place]
            begun = place = _line_end(template, place)
            continue
        if character == "|" and not depth:
            return base + template[begun:place], f" {template[place:]}"
        depth += (character == "{") - (character == "}")
        place += 2 if character == "\\" else 1
    return base + template[begun:], ""


def _line_end(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end
