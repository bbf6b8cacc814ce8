"""The small marks of the language, as patterns: what they look like, not what they mean."""

import re

ESCAPABLE = "{}|\\_$#~!@:"
PLAIN = re.compile(r"[^{}|\\_$#]+")  # a run of characters none of which can begin anything

# Behind an opening brace: how the choice is gone through, how many are picked, what joins them. No pattern
# gives back what it took (++, *+), so that none takes longer than the text is long.
MODE = re.compile(r"\s*+([~!@])")
BOUNDS = re.compile(r"\s*+(?:(\d++)\s*+(-?+)\s*+(\d*+)|(-)\s*+(\d++))\s*+\$\$")
SEPARATOR = re.compile(r"((?:\\[^\n]|[^\\${}\n])*+)\$\$")
SIMPLE_OPTION = re.compile(r"[^{}|\\_$#:\r\n]*+(?=[|}])")
WEIGHT = re.compile(r"\s*+([+-]?+)(\d++(?:\.\d*+)?|\.\d++)\s*+::")
# What is meant as a weight but is no such number: 1,5:: 1e3:: 50%:: 1/2:: nan:: – words are none.
LIKE_WEIGHT = re.compile(
    r"\s*+(?:[+-]*+(?:nan|inf(?:inity)?+|0x[0-9a-f]++|[.,]?+\d[\d.,'’_/%½+ -]*+(?:e[+-]?+\d++)?+))\s*+::",
    re.IGNORECASE,
)

LIST = re.compile(r"__\s*+([~!@]?+)((?:(?!__)[^(){}|$#\\\n])*+)(?:\(((?:(?!__)[^(){}|$#\\\n])*+)\)\s*+)?+__")
LIST_NAME = re.compile(r"[\w*?/ .\-]{1,80}")
HANDED = re.compile(r"\s*+([^\W\d][\w-]*+)\s*+=(.*)")

VARIABLE = re.compile(r"\$\{\s*+([^\W\d][\w-]*+)\s*+(\?=|=|:|\})")

COLOUR_OR_NUMBER = re.compile(r"#(?:[0-9a-fA-F]{3,8}\b|\d)")
ESCAPED = re.compile(r"\\([" + re.escape(ESCAPABLE) + r"])")
TO_ESCAPE = re.compile(r"[{}|\\]|_{2,}|\$(?=[{$])|#")


def comment_at(text: str, at: int) -> bool:
    """Say whether the # at a position begins a comment.

    It does between spaces, and at the beginning of a line, where `#ff8800` and `#1` are words all the same.
    """
    before, after = text[:at].rpartition("\n")[2], text[at + 1 : at + 2]
    if not before.strip():
        return not COLOUR_OR_NUMBER.match(text, at)
    return (before[-1].isspace() or before[-1] in "{}|") and (not after or after.isspace() or after == "#")


def unbroken(text: str, *, before: bool) -> str:
    """Return text without the spaces before or behind it, where there is a line break among them."""
    bare = text.lstrip() if before else text.rstrip()
    spaces = text[: len(text) - len(bare)] if before else text[len(bare) :]
    return bare if "\n" in spaces else text


def plain(text: str) -> str:
    """Return text without the backslashes that make the next character plain."""
    return ESCAPED.sub(r"\1", text)


def escape(text: str) -> str:
    r"""Return a template that stands for exactly this text: `{` becomes `\{`, and so on."""
    return TO_ESCAPE.sub(lambda found: "".join("\\" + character for character in found[0]), text)
