"""The arrows between the rooms are drawn for every module that there is."""

import tomllib
from typing import Any

import pytest

from tests.house import ROOT


def contracts() -> dict[str, dict[str, Any]]:
    """Return the contracts of pyproject.toml by their names."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return {contract["name"]: contract for contract in told}


def ours() -> set[str]:
    """Find the modules and packages that stand beside the sandbox."""
    found = {f"studio.{path.stem}" for path in (ROOT / "studio").glob("*.py")} - {"studio.__init__"}
    found |= {f"studio.{path.parent.name}" for path in (ROOT / "studio").glob("*/__init__.py")}
    return {"gallery", *found} - {"studio.sandbox"}


@pytest.mark.parametrize(
    ("name", "side", "others"),
    [
        ("Nobody imports the sandbox", "source_modules", set()),
        ("The sandbox stands alone", "forbidden_modules", {"django"}),
    ],
)
def test_the_sandbox_is_apart_from_every_module(name: str, side: str, others: set[str]) -> None:
    assert set(contracts()[name][side]) == ours() | others
