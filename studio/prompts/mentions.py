"""Which word lists a text asks for, and which lists a name means. Pure; it may touch nothing."""

import re
from collections.abc import Collection
from functools import lru_cache

from studio.prompts.marks import LIST, LIST_NAME

NAME = re.compile(rf"\\.|{LIST.pattern}", re.DOTALL)
GLOB = re.compile(r"[*?]")


def mentioned(text: str) -> list[str]:
    r"""Return the names and globs that a template asks for, each once, in order; `\_` asks for nothing."""
    names = (met[2].strip() for met in NAME.finditer(text) if met[2])
    return list(dict.fromkeys(name for name in names if LIST_NAME.fullmatch(name)))


def matching(asked: str, names: Collection[str]) -> list[str]:
    """Return those of the names that a name or a glob means: `animals/*`, `**/cats` (A7)."""
    if not GLOB.search(asked):
        return [asked] if asked in names else []
    pattern = _pattern(asked)
    return [name for name in names if pattern.fullmatch(name)]


@lru_cache(maxsize=256)
def _pattern(asked: str) -> re.Pattern[str]:
    """`?` is a letter and `*` any letters within a folder, `**` is any folders, none among them."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", asked)
    meant = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meant.get(part, re.escape(part)) for part in parts))
