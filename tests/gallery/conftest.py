"""The people of the gallery's tests: Ada, whose images are asked for, and Bob, a colleague."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from studio.accounts.models import Member
from tests.conftest import MakeMember


@pytest.fixture(autouse=True, scope="session")
def _static_root() -> None:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none


@pytest.fixture
def ada(member: MakeMember) -> Member:
    return member(name="Ada Lovelace")


@pytest.fixture
def bob(member: MakeMember) -> Member:
    return member(name="Bob Bauer")


@pytest.fixture
def as_ada(ada: Member, signed_in: Callable[[Member], Client]) -> Client:
    return signed_in(ada)


@pytest.fixture
def as_bob(bob: Member, signed_in: Callable[[Member], Client]) -> Client:
    return signed_in(bob)
