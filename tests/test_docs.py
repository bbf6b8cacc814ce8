"""The documents tell the truth: the settings, links, commands and rows that they name exist."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TOLD = [path for path in DOCUMENTS if path.name != "rows.md"]  # rows say what is wanted, not what is there
CODE = sorted(
    path
    for top in ("studio", "gallery", "tests")
    for path in (ROOT / top).rglob("*.py")
    if path != Path(__file__)
)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
ROW = re.compile(
    r"(?<![\w#&.-])((?:S[1-9]\d?)|(?:[A-H][1-9]\d?)|"
    r"(?:AUTH|PERM|WEB|INP|PRV|DL|IMG|HOOK|JOB|LED|KEY|OPS|LOAD|LOG)-\d\d)(?![\w-])"
)


def settings_read() -> set[str]:
    """Find every variable that the house reads through `env`."""
    found: set[str] = set()
    trees = [ast.parse(path.read_text()) for path in CODE if "tests" not in path.parts]
    for node in (node for tree in trees for node in ast.walk(tree)):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name("env"), attr=how), args=[ast.Constant(str(name)), *_]
            ):
                found |= {name, f"{name}_FILE"} if how in {"secret", "private"} else {name}
    return found


def named_in_table(document: Path) -> set[str]:
    """Find the variables that stand in the first column of a table."""
    rows = [line.split("|")[1] for line in document.read_text().splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([A-Z][A-Z_]+)`", row)}


def comments_and_docstrings(path: Path) -> Iterator[str]:
    """Yield the words in a Python file that are for a reader."""
    text = path.read_text()
    yield from re.findall(r"#.*", text)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""


def test_the_settings_table_holds_exactly_what_is_read() -> None:
    assert named_in_table(ROOT / "README.md") == settings_read()


def test_every_setting_is_explained() -> None:
    explained = (ROOT / "docs" / "running.md").read_text()
    assert [name for name in sorted(settings_read()) if f"`{name}" not in explained] == []


def test_no_setting_is_explained_that_nobody_reads() -> None:
    explained = (ROOT / "docs" / "running.md").read_text()
    named = set(re.findall(r"`((?:STUDIO|DOITONG|SANDBOX)_[A-Z_]+)", explained))
    assert named - settings_read() == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(document: Path) -> None:
    targets = [link for link in LINK.findall(document.read_text()) if "://" not in link]
    missing = [link for link in targets if not (document.parent / link.partition("#")[0]).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_make_command_that_is_named_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`|[A-Z_]+=\S+ )make ([a-z]+)", document.read_text(), re.MULTILINE))
    assert named - targets == set()


def test_make_help_tells_of_every_command() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)", makefile, re.MULTILINE)
    assert phony is not None
    assert set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE)) == set(phony[1].split())


@pytest.mark.parametrize("document", TOLD, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_management_command_that_is_named_exists(document: Path) -> None:
    ours = {path.stem for path in ROOT.glob("*/**/management/commands/*.py")}
    django = {"check", "createsuperuser", "migrate"}
    assert set(re.findall(r"manage\.py ([a-z_]+)", document.read_text())) - ours - django == set()


def test_every_component_of_the_table_is_there_and_used() -> None:
    told = (ROOT / "docs" / "design.md").read_text().partition("## Components")[2].partition("Menus are")[0]
    first = [line.split("|")[1] for line in told.splitlines() if line.startswith("| `")]
    named = {name for column in first for name in re.findall(r"`(\w+)`", column)}
    pages = [path for path in (ROOT / "templates").rglob("*.html") if path.name != "patterns.html"]
    used = {name for path in pages for name in re.findall(r"components/(\w+)\.html", path.read_text())}
    assert named
    assert named - used == set()
    assert {
        name for name in named if not (ROOT / "templates" / "components" / f"{name}.html").exists()
    } == set()


def test_every_file_of_the_streets_corners_is_there() -> None:
    table = (ROOT / "docs" / "street.md").read_text().partition("| in `generation` |")[2].partition("\n\n")[0]
    named = re.findall(r"`(\w+)`", table)
    assert len(named) == len(set(named)) > 50
    assert [name for name in named if not (ROOT / "studio" / "generation" / f"{name}.py").exists()] == []


def test_every_row_that_is_cited_stands_in_the_list() -> None:
    listed = set(re.findall(r"^\| ([A-Z]+-?\d+) \|", (ROOT / "docs" / "rows.md").read_text(), re.MULTILINE))
    assert len(listed) > 400
    cited = {(row, path.relative_to(ROOT).as_posix()) for path in CODE for row in rows_in(path)}
    assert sorted((row, path) for row, path in cited if row not in listed) == []


def rows_in(path: Path) -> set[str]:
    """Find the rows that a file's comments and docstrings cite."""
    return {row for words in comments_and_docstrings(path) for row in ROW.findall(words)}


def test_the_finder_of_rows_finds_rows_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text('"""As S52 and PRV-04 say; not #B42, UTF-16 or B6x."""\n# (B8)\nA1 = 1\n')
    assert rows_in(file) == {"S52", "PRV-04", "B8"}
