"""A word list's text and its entries: one entry a line, as sd-dynamic-prompts' text files have them. Pure."""

COMMENT = "#"


def entries_of(text: str) -> tuple[str, ...]:
    """Return the entries of a list's text: no empty lines, no lines that begin with #, no space around."""
    return tuple(entry for _line, entry in numbered(text))


def numbered(text: str) -> list[tuple[int, str]]:
    """Return each entry with the number of its line, from 1."""
    lines = enumerate((line.strip() for line in text.split("\n")), 1)
    return [(number, line) for number, line in lines if line and not line.startswith(COMMENT)]
