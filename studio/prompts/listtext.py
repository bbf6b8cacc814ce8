r"""A word list's text and its entries: one entry a line, as sd-dynamic-prompts' text files have them. Pure.

An entry that begins with # is written with \# there, since a line that begins with # is a comment.
"""

import re

from studio.prompts.mentions import mentioned

COMMENT = "#"
LINE_END = re.compile(r"\r\n|\r|\n")


def entries_of(text: str) -> tuple[str, ...]:
    """Return the entries of a list's text: no empty lines, no lines that begin with #, no space around."""
    return tuple(entry for _line, entry in numbered(text))


def numbered(text: str) -> list[tuple[int, str]]:
    """Return each entry with the number of its line, from 1."""
    lines = enumerate(map(_bare, text.split("\n")), 1)
    return [(number, line) for number, line in lines if line and not line.startswith(COMMENT)]


def needs_of(text: str) -> list[str]:
    """Return the lists that a list's entries ask for."""
    return mentioned("\n".join(entries_of(text)))


def written(entry: str) -> str:
    """Return the line that an entry is written as, "" for nothing: on one line, no comment."""
    line = _bare(" ".join(LINE_END.split(entry)))
    return f"\\{line}" if line.startswith(COMMENT) else line


def _bare(line: str) -> str:
    """Return a line without the spaces around it, and without byte order marks that came along."""
    while (bare := line.strip().strip("\ufeff")) != line:
        line = bare
    return line


def spoken(entry: str) -> str:
    """Return what other tools know an entry of ours by: the way back from `written`."""
    return entry[1:] if entry.startswith("\\#") else entry
