"""A world with a team key, a designer with credits, commits that really happen, and a clock in hand."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from studio.accounts.models import Member
from tests import setups
from tests.conftest import MakeMember
from tests.studio.generation import ringing
from tests.studio.generation.pages import SignedIn
from tests.studio.generation.place import Place
from tests.studio.generation.racing import database, file_database, new_postgres
from tests.studio.generation.world import World, give_credits, give_key, open_world

collect_ignore = ["test_backups.py"] if setups.postgres_url() else []  # PostgreSQL's are pg_dump's own


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


class Hand:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = timezone.now().replace(hour=9)

    def __call__(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> datetime:
        self.at += timedelta(seconds=seconds)
        return self.at


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> Hand:
    """Have the studio, its client and the sandbox read one clock, moved by hand."""
    hand = Hand()
    monkeypatch.setattr(timezone, "now", hand)
    return hand


@pytest.fixture
def place(member: MakeMember) -> Place:
    """Return a designer's corner: a run of four jobs in four states, a private image, a draft."""
    made = Place(member("designer"))
    ringing.silence()  # its run rang for a worker
    return made


@pytest.fixture
def tab(place: Place, signed_in: SignedIn) -> Client:
    """Return a browser in which that designer is signed in."""
    return signed_in(place.person)


if setups.postgres_url():

    @pytest.fixture
    def file_db(transactional_db: None) -> None:
        """Have an empty database which threads share as workers do: PostgreSQL's is one already."""

else:

    @pytest.fixture
    def file_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path: Path) -> Iterator[None]:
        """Have an empty database in a file, which threads share as workers do."""
        with django_db_blocker.unblock(), file_database(tmp_path / "racing.sqlite3"):
            yield


@pytest.fixture(scope="session")
def pipeline(django_db_setup: None, django_db_blocker: DjangoDbBlocker, postgres_url: str) -> dict[str, Any]:
    """Return Django's settings for a migrated PostgreSQL, which these tests share."""
    named = new_postgres(postgres_url, f"pipeline_{uuid4().hex}")
    with django_db_blocker.unblock(), database(named):
        call_command("migrate", verbosity=0, interactive=False)
    return named


@pytest.fixture
def postgres_db(pipeline: dict[str, Any], django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Have a PostgreSQL as the database; what other tests left in it lies there too."""
    with django_db_blocker.unblock(), database(pipeline):
        yield
