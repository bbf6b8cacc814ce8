"""No pattern of ours is slow on a text made to slow it: each is tried on 8,000 of every such sign. INP-10."""

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import gallery
import studio

ROOT = Path(__file__).resolve().parent.parent.parent
APART = ("studio.sandbox", "studio.doitong.probe", "studio.wsgi", "studio.granian", "studio.lifeline")
LONG = 8_000
MOST = 0.1  # seconds of processor; one that goes by the square takes above half a second
UNITS = (
    "a", " ", "\n", "\t ", "0", "_", "-", ".", "{", "}", "|", "(", "<", "\"", "'", "\\", ":", ",", "$", "*",
    "/", "a ", "a_", "__a", "{a|", "a:", "0.", "-0", "\n \n", "é", "<a ", 'a="', "_ ", "~@", "1-", 'a:"',
)  # fmt: skip
SEARCHED = re.compile(r"\b(\w+)\.(?:search|sub|subn|finditer|findall|split)\(")
ENDS = ("", "!")


def modules() -> Iterator[str]:
    """Yield the names of all our modules, but for those that face no text of a person."""
    for package in (studio, gallery):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.startswith(APART) and ".migrations" not in found.name:
                yield found.name


def patterns() -> dict[str, re.Pattern[str]]:
    """Return every compiled pattern of our modules, and every one that a function writes as it goes.

    Those that are only ever held against the beginning of a text have a `\\A` before them.
    """
    found, sources = {}, []
    for name in modules():
        module = importlib.import_module(name)
        sources.append(Path(str(module.__file__)).read_text())
        for label, value in vars(module).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                found[f"{name}.{label}"] = value
        for line, pattern in written(sources[-1]):
            found[f"{name}:{line}"] = pattern
    searched = {use[1] for source in sources for use in SEARCHED.finditer(source)}
    return {
        name: value if name.rpartition(".")[2] in searched or ":" in name else at_beginning(value)
        for name, value in found.items()
    }


def at_beginning(pattern: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile(rf"\A(?:{pattern.pattern})", pattern.flags) if pattern.pattern[:2] != "(?" else pattern


def written(source: str) -> Iterator[tuple[int, re.Pattern[str]]]:
    """Yield line and pattern of those that are given to `re` where they are used."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re"), attr=verb),
                args=[ast.Constant(value=str(text)), *_],
            ) if verb not in {"compile", "escape"}:
                pattern = re.compile(text)
                yield node.lineno, at_beginning(pattern) if verb in {"match", "fullmatch"} else pattern


@pytest.fixture(scope="module")
def ours() -> dict[str, re.Pattern[str]]:
    """Return the patterns, which there are many of."""
    found = patterns()
    assert len(found) > 70
    return found


def slow(pattern: re.Pattern[str], text: str) -> bool:
    begun = time.thread_time()
    pattern.search(text)
    pattern.fullmatch(text)
    return time.thread_time() - begun > MOST


def test_inp_10_no_pattern_is_slow_on_a_text_made_for_it(ours: dict[str, re.Pattern[str]]) -> None:
    texts = [unit * (LONG // len(unit)) + end for unit in UNITS for end in ENDS]
    found = [
        f"{name}: {text[:4]!r}… {text[-1]!r}"
        for name, pattern in ours.items()
        for text in texts
        if slow(pattern, text) and slow(pattern, text)
    ]
    assert found == []


def test_a_slow_pattern_would_be_found() -> None:
    assert slow(re.compile(r"(\s+)+x"), " " * 22)
