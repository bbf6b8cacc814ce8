"""Which keys are of one account: who may say so, and what it changes (S96)."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from studio.accounts import keys
from studio.accounts.models import Event, Key, Member
from studio.accounts.plans import PRESETS, Plan
from tests.conftest import MakeMember
from tests.studio.accounts.conftest import KEY, OTHER, Provider

pytestmark = pytest.mark.django_db


def a_key(member: Member | None, **fields: object) -> Key:
    return Key.objects.create(member=member, sealed="-", fingerprint=uuid4().hex, last4="test", **fields)


@pytest.fixture
def ada(member: MakeMember) -> Member:
    return member("designer")


def test_a_member_says_that_their_key_is_of_the_teams_account(ada: Member) -> None:
    team, own = a_key(None, plan=Plan.STARTER, per_minute=30, at_once=3, per_day=1_000), a_key(ada)
    assert own.account != team.account
    assert keys.share_account(own, team, ada)
    assert not keys.share_account(own, team, ada)
    saved = Key.objects.get(pk=own.pk)
    limits = PRESETS[Plan.STARTER]
    assert (saved.account, saved.plan) == (team.account, Plan.STARTER)
    assert (saved.per_minute, saved.at_once, saved.per_day) == (
        limits.per_minute,
        limits.at_once,
        limits.per_day,
    )
    assert keys.kin(team) == [own]
    assert keys.own_account(own, ada)
    assert not keys.own_account(own, ada)
    assert keys.kin(team) == []
    assert (
        list(Event.objects.filter(subject=str(own.pk)).values_list("verb", flat=True)) == ["key.shared"] * 2
    )


def test_nobody_names_a_key_that_they_may_not_see_or_change(ada: Member, member: MakeMember) -> None:
    ben, owner = member("designer"), member("owner")
    own, other, team = a_key(ada), a_key(ben), a_key(None)
    assert set(keys.may_name(ada)) == {own, team}
    with pytest.raises(PermissionDenied):
        keys.share_account(own, other, ada)
    with pytest.raises(PermissionDenied):
        keys.share_account(other, team, ada)
    with pytest.raises(PermissionDenied):
        keys.own_account(team, ada)
    assert set(keys.may_name(owner)) == {own, other, team}
    assert keys.share_account(other, own, owner)


def test_a_key_in_place_of_another_is_of_its_account(ada: Member, doitong: Provider) -> None:
    first = keys.save_key(member=ada, text=KEY, plan="pro", actor=ada, client_factory=doitong)
    second = keys.save_key(member=ada, text=OTHER, plan="pro", actor=ada, client_factory=doitong)
    assert second.pk != first.pk
    assert Key.objects.get(pk=second.pk).account == first.account
