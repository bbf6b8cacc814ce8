"""Where words stand in a template, and the template with others in their place. Pure text in, text out."""

import re
from functools import lru_cache

from studio.prompts.grammar import signs
from studio.prompts.syntax import PromptError, Sign

NO_SIGNS = re.compile(r"[^{}|\\_$#]*+")
known = lru_cache(maxsize=256)(signs)


def places(template: str, words: str) -> list[tuple[int, int]]:
    """Return where words stand alone, from … to: no part of longer ones, nor of what the language means.

    A weight, the number of a pick, a list's or a variable's name and a comment are no words; braces, lists
    and variables are found as a whole alone, as they are written. In a template that cannot be read, all
    is taken for words: what is wrong with it is told elsewhere.
    """
    found = [met.span() for met in re.finditer(_alone(words), template)] if words else []
    if not found or NO_SIGNS.fullmatch(template):
        return found
    try:
        between = known(template)
    except PromptError:
        return found
    return [(start, end) for start, end in found if not any(_cuts(start, end, sign) for sign in between)]


def replaced(template: str, words: str, by: str) -> str:
    """Return a template with others wherever these words stand in it."""
    for start, end in reversed(places(template, words)):
        template = template[:start] + by + template[end:]
    return template


def _cuts(start: int, end: int, sign: Sign) -> bool:
    """Say whether these characters touch a sign without all that it belongs to."""
    touches = start < sign.end and sign.start < end
    return touches and not (start <= sign.begins and sign.ends <= end)


def _alone(words: str) -> str:
    before = r"(?<!\w)" if words[:1].isalnum() else ""
    after = r"(?!\w)" if words[-1:].isalnum() else ""
    return before + re.escape(words) + after
