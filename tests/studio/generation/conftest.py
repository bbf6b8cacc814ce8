"""A world with a team key, a designer with credits, and commits that really happen."""

from collections.abc import Iterator

import pytest

from studio.accounts.models import Member
from tests.conftest import MakeMember
from tests.studio.generation.world import World, give_credits, give_key, open_world


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    with open_world() as found:
        yield found


@pytest.fixture
def designer(world: World, member: MakeMember) -> Member:
    """Return a designer with 1,000 credits; the team has an unlimited key."""
    give_key(world, member("owner"))
    person = member("designer")
    give_credits(person, 1_000)
    return person
