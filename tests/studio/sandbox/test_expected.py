"""Every fault says what a good client does about it."""

from __future__ import annotations

from studio.sandbox.catalogue import CATALOGUE
from studio.sandbox.expected import EXPECTED


def test_the_two_lists_are_in_step() -> None:
    assert list(EXPECTED) == list(CATALOGUE)
    assert all(sentence.endswith(".") for sentence in EXPECTED.values())
