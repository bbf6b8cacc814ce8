"""What has to be withstood has a test that names its row; what comes later is said here, with the reason.

A row is held by a test that has it in its name or docstring, or in its file's. The rows are those of
docs/rows.md: accounts, pages, input, keys, the trail, the provider, its files and images, webhooks, jobs,
credits, the machine, load.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.test_docs import ROOT

OWN = Path(__file__).resolve()
FAMILIES = (
    "AUTH", "PERM", "WEB", "INP", "KEY", "LOG", "PRV", "DL", "IMG", "HOOK", "JOB", "LED", "OPS", "LOAD"
)  # fmt: skip
LISTED = re.compile(rf"^\| ((?:{'|'.join(FAMILIES)})-\d\d) \|", re.MULTILINE)
NAMED = re.compile(rf"(?i)(?<![a-z])({'|'.join(FAMILIES)})[-_](\d\d)(?!\d)")
LATER: dict[str, str] = {}


def words_of(path: Path) -> Iterator[str]:
    """Yield the names of a file's tests and classes of tests, their docstrings, and the file's own."""
    tree = ast.parse(path.read_text())
    yield ast.get_docstring(tree) or ""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name.lower().startswith("test"):
            yield f"{node.name} {ast.get_docstring(node) or ''}"


def rows_named() -> set[str]:
    """Find the rows that a test of ours is named after."""
    words = [said for path in (ROOT / "tests").rglob("test_*.py") if path != OWN for said in words_of(path)]
    return {f"{family.upper()}-{number}" for said in words for family, number in NAMED.findall(said)}


def test_every_row_has_a_test_of_its_name_or_a_reason_to_come_later() -> None:
    listed = set(LISTED.findall((ROOT / "docs" / "rows.md").read_text()))
    assert len(listed) > 90
    assert sorted(listed - rows_named() - set(LATER)) == []


def test_what_is_said_to_come_later_has_no_test_yet() -> None:
    assert sorted(set(LATER) & rows_named()) == []
