"""Room for pictures: what they take, and what is refused once a quota is used up (G13, DL-10)."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from studio.accounts.models import Key, Member
from studio.credits.models import Account
from studio.generation import runs, usage
from studio.generation.models import Image, Run
from tests.conftest import MakeMember
from tests.studio.generation.rows import a_job, a_key, a_run, an_image
from tests.studio.generation.world import World, start


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    usage.forget()
    yield
    usage.forget()


def keep(member: Member, size: int) -> Image:
    """Have a picture of a member's of so many bytes."""
    usage.forget()
    return an_image(a_job(a_run(member, Key.objects.first() or a_key())), bytes=size)


@pytest.mark.parametrize("setting", ["QUOTA_TEAM", "QUOTA_MEMBER"])
def test_dl_10_nothing_is_started_or_held_above_a_quota(
    world: World, designer: Member, settings: Settings, setting: str
) -> None:
    setattr(settings, setting, 5_000_000)
    keep(designer, 4_999_999)
    assert start(designer).jobs.count() == 1
    keep(designer, 1)
    before = Account.objects.get(pk=designer.pk).held, Run.objects.count()
    with pytest.raises(
        runs.NoRoom, match=r"pictures take 5 MB of the 5 MB that they may\. Nothing was started"
    ):
        start(designer, "another dune")
    assert (Account.objects.get(pk=designer.pk).held, Run.objects.count()) == before


def test_g13_a_member_at_their_quota_hinders_nobody_else(member: MakeMember, settings: Settings) -> None:
    settings.QUOTA_MEMBER = 1_000
    one, other = member("designer"), member("designer")
    keep(one, 1_000)
    assert usage.full(one)
    assert not usage.full(other)


def test_g13_what_is_removed_for_good_is_room_again(member: MakeMember, settings: Settings) -> None:
    settings.QUOTA_TEAM = 1_000
    person = member("designer")
    image = keep(person, 1_000)
    assert usage.full(person)
    image.delete()
    usage.forget()
    assert not usage.full(person)


def test_whose_pictures_take_most_stands_first(member: MakeMember) -> None:
    for size in (10, 2_500_000):
        person = member("designer", name=f"Has {size}")
        keep(person, size)
    assert [(share.member.name, share.says, share.images) for share in usage.by_member()] == [
        ("Has 2500000", "2 MB", 1), ("Has 10", "0 kB", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 kB"), (999_000, "999 kB"), (1_000_000, "1 MB"), (12_500_000_000, "12.5 GB")]
)
def test_a_size_is_said_in_the_unit_that_fits(size: int, words: str) -> None:
    assert usage.said(size) == words
