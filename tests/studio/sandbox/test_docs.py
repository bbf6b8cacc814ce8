"""docs/sandbox.md says what the code does: faults, prices, accounts, plans, options."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from studio.sandbox.__main__ import arguments
from studio.sandbox.catalogue import CATALOGUE, STAGES
from studio.sandbox.plans import OPENINGS, PLANS
from studio.sandbox.prices import QUALITIES, price

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "sandbox.md").read_text()
FAULTS = TEXT[TEXT.index("## The faults") :]


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_fault_is_told_word_for_word(name: str) -> None:
    kind = CATALOGUE[name]
    value = "" if kind.value is None else f"`{json.dumps(kind.value)}`"
    assert f"| `{name}` | {value} | {kind.sentence} |" in FAULTS


def test_no_fault_is_told_that_does_not_exist() -> None:
    assert re.findall(r"^\| `(\w+)` \|", FAULTS, re.MULTILINE) == list(CATALOGUE)
    assert re.findall(r"^### (\w+):", FAULTS, re.MULTILINE) == list(STAGES)


def test_the_keys_and_plans_are_told() -> None:
    for opening in OPENINGS:
        first, *others = opening.keys
        secret = opening.keys[first]
        signed = f"`{secret}`" if secret else "the key itself"
        assert f"| `{first}` | {opening.plan} | {opening.credits:,} | {signed} |" in TEXT
        assert all(f"the same account as `{first}`" in TEXT and f"| `{other}` |" in TEXT for other in others)
    for name in ("free", "starter", "pro"):
        plan = PLANS[name]
        day = f"{plan.images_per_day:,}"
        assert f"| {name} | {plan.requests_per_minute} | {plan.jobs_at_once} | {day} |" in TEXT


@pytest.mark.parametrize(
    ("row", "first", "last"),
    [("512×512 to 1024×1024", 512, 1024), ("2048×2048 to 4096×4096", 2048, 4096)],
)
def test_the_prices_are_told(row: str, first: int, last: int) -> None:
    told = []
    for quality in QUALITIES:
        least, most = price(first, first, quality), price(last, last, quality)
        told.append(str(least) if least == most else f"{least} to {most}")
    assert f"| {row} | {' | '.join(told)} |" in TEXT


def test_the_options_are_told() -> None:
    named = {f"--{name.replace('_', '-')}" for name in vars(arguments([]))}
    assert set(re.findall(r"^\| `(--[a-z-]+)`", TEXT, re.MULTILINE)) == named
