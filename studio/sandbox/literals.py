"""Ids written into a query become variables, so that the next question of that kind is known already.

Reading and checking a document costs many times what answering it does, and a
loop that asks about ten jobs writes ten other ids each time.  Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

PLAIN_QUERY = re.compile(r"\s*(?:query\b\s*(?P<name>[_A-Za-z]\w*)?\s*)?\{", re.ASCII)
INLINED_ID = re.compile(r'\bid\s*:\s*"([A-Za-z0-9_-]{1,64})"', re.ASCII)
NOT_PLAIN = re.compile(r'["$#]|\b(?:mutation|subscription|query|fragment)\b')
PREFIX = "inlined"


def lifted(text: str) -> tuple[str, Mapping[str, Any]] | None:
    """The same query with its ids as variables, and those; None where it is no plain query with ids.

    Plain is one operation without variables, comments, fragments and other texts.
    """
    begun = PLAIN_QUERY.match(text)
    if begun is None:
        return None
    ids: list[str] = []

    def lift(found: re.Match[str]) -> str:
        ids.append(found[1])
        return f"id: ${PREFIX}{len(ids) - 1}"

    inside = INLINED_ID.sub(lift, text[begun.end() :])
    if not ids or NOT_PLAIN.search(re.sub(rf"\${PREFIX}\d+", "", inside)):
        return None
    declared = ", ".join(f"${PREFIX}{place}: ID!" for place in range(len(ids)))
    named = {f"{PREFIX}{place}": value for place, value in enumerate(ids)}
    return f"query {begun['name'] or ''}({declared}) {{{inside}", named
