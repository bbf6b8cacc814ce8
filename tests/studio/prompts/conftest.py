"""What the tests of the library's pages share: a designer and her browser, things on the shelves."""

from collections.abc import Callable

import pytest
from django.test import Client

from studio.accounts.models import Member
from tests.conftest import MakeMember

type SignIn = Callable[[Member], Client]


@pytest.fixture
def ada(member: MakeMember) -> Member:
    """Return a designer."""
    return member(name="Ada")


@pytest.fixture
def browser(ada: Member, signed_in: SignIn) -> Client:
    """Return Ada's browser."""
    return signed_in(ada)
