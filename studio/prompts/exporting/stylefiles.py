"""Styles as A1111's styles.csv, as InvokeAI's CSV, as a spreadsheet, and as JSON with all that we keep.

A1111's and InvokeAI's files hold cells as they are, also those that begin with = + - or @: those tools
read them literally, and an apostrophe would become part of a prompt. The spreadsheet guards such cells,
and says so in a column by which they are read back as they were.
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from studio.prompts.guard import guarded

TOOLS = ("name", "prompt", "negative_prompt")
ALL = (*TOOLS, "category", "order", "sample")
GUARD = "guarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A style as it is exported."""

    name: str
    text: str
    negative: str = ""
    category: str = ""
    order: int = 0
    sample: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    def cells(self) -> dict[str, str]:
        """Return every cell by the name of its column."""
        own = {"name": self.name, "prompt": self.text, "negative_prompt": self.negative}
        own |= {"category": self.category, "order": str(self.order), "sample": self.sample}
        return {**{key: text for key, text in self.extra.items() if key not in own}, **own}


def as_a1111(rows: Sequence[Row]) -> bytes:
    """Return styles.csv as A1111 writes it: with a byte order mark, other columns behind its own."""
    return _csv(rows, [*TOOLS, *_others(rows)]).encode("utf-8-sig")


def as_invoke(rows: Sequence[Row]) -> bytes:
    """Return the CSV that InvokeAI takes: three columns, since it refuses others, and no mark."""
    return _csv(rows, list(TOOLS)).encode()


def as_spreadsheet(rows: Sequence[Row]) -> bytes:
    """Return every column, safe to open in a spreadsheet, with a mark by which it knows UTF-8."""
    columns = [*ALL, *_others(rows)]
    table = [{name: guarded(cell) for name, cell in row.cells().items()} for row in rows]
    return _written(table, columns, {GUARD: "yes"}).encode("utf-8-sig")


def as_json(rows: Sequence[Row]) -> bytes:
    """Return all that we keep of each style."""
    kept = [{**row.cells(), "order": row.order} for row in rows]
    return (json.dumps(kept, ensure_ascii=False, indent=2) + "\n").encode()


def _others(rows: Iterable[Row]) -> list[str]:
    return list(dict.fromkeys(key for row in rows for key in row.extra if key not in {*ALL, GUARD}))


def _csv(rows: Sequence[Row], columns: list[str]) -> str:
    return _written([row.cells() for row in rows], columns, {})


def _written(table: Sequence[dict[str, str]], columns: list[str], more: dict[str, str]) -> str:
    """Write a table; cells in quotes throughout where one begins with a space, which A1111 would drop."""
    every = any(row.get(name, "").startswith(" ") for row in table for name in columns)
    text = io.StringIO(newline="")
    names = [*columns, *more]
    writer = csv.DictWriter(
        text, names, extrasaction="ignore", quoting=csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL
    )
    writer.writeheader()
    writer.writerows({**row, **more} for row in table)
    return text.getvalue()
