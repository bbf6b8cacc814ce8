"""Money is whole credits: no float is written, made or divided into in the room's code (LED-09)."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOM = Path(__file__).resolve().parents[3] / "studio" / "credits"
# Paces, shares and forecasts for people; nothing that is booked, held or refused comes from them.
FIGURES = {"budgetpage.py", "forecast.py", "gains.py", "overview.py", "spending.py"}
FILES = sorted(path for path in ROOM.rglob("*.py") if path.name not in FIGURES)


def floats_in(source: str) -> list[int]:
    """Return the lines with a float: a literal, the name, a true division, a float field."""
    return [
        node.lineno for node in ast.walk(ast.parse(source)) if isinstance(node, ast.expr) and _is_float(node)
    ]


def _is_float(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Div)
    named = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return named in {"float", "FloatField", "Avg", "truediv"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOM)))
def test_no_float_in_money_code(path: Path) -> None:
    assert floats_in(path.read_text()) == []


@pytest.mark.parametrize("module", ["booking", "counting", "ledger", "purse", "rollups", "topups"])
def test_what_books_reads_no_figure(module: str) -> None:
    tree = ast.parse((ROOM / f"{module}.py").read_text())
    named = {name.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names}
    named |= {
        (node.module or "").rpartition(".")[2] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
    }
    assert named.isdisjoint(name.removesuffix(".py") for name in FIGURES)


@pytest.mark.parametrize(
    "bad", ["x = 0.5", "x = a / b", "x = float(a)", "x = models.FloatField()", "x: float"]
)
def test_a_float_would_be_found(bad: str) -> None:
    assert floats_in(bad)


def test_amounts_are_whole_numbers_in_the_database() -> None:
    for model in apps.get_app_config("credits").get_models():
        for field in model._meta.get_fields():
            assert not isinstance(field, models.FloatField | models.DecimalField), field
