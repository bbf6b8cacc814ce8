"""Cells of a CSV that a spreadsheet would take for formulas. Pure.

An apostrophe before such a cell makes it a text in a spreadsheet; reading takes one away again. A cell
that began so by itself gets one more, so that every text comes back as it was.
"""

import re

AT_RISK = re.compile(r"'*[=+\-@\t\r]")
GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guarded(cell: str) -> str:
    """Return the cell as a spreadsheet takes it for a text."""
    return f"'{cell}" if AT_RISK.match(cell) else cell


def unguarded(cell: str) -> str:
    """Return the cell as it was before `guarded`."""
    return cell[1:] if GUARDED.match(cell) else cell
