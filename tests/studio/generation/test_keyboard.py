"""The board of keys: what each key's badge says and why, at the same cost for many keys (E13)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from studio.accounts import keystate
from studio.accounts.models import Event, Key, Member, Verb
from studio.generation import keyboard
from studio.generation.models import Governor, Request
from tests.conftest import MakeMember

pytestmark = pytest.mark.django_db


def a_key(member: Member | None, **fields: object) -> Key:
    """Return a key in use that was tested."""
    known = {"sealed": "v1:x", "fingerprint": str(member), "last4": "x7Qa", "tested_at": timezone.now()}
    return Key.objects.create(member=member, **{**known, **fields})


def word() -> tuple[str, str]:
    (one,) = keyboard.board(timezone.now())
    return one.kind, one.word


def test_a_key_that_works_is_green_and_says_what_is_used() -> None:
    key = a_key(None, at_once=3, per_minute=30, per_day=100)
    for verb in (Request.Verb.GENERATE, Request.Verb.LOOK):
        Request.objects.create(account=key.account, verb=verb, at=timezone.now())
    (one,) = keyboard.board(timezone.now())
    assert (one.kind, one.word, one.minute, one.per_minute, one.today) == ("ok", "Working", 2, 30, 1)
    assert one.answered_at is not None


def test_the_gravest_is_said() -> None:
    key, now = a_key(None, per_day=10), timezone.now()
    Request.objects.bulk_create(Request(account=key.account, verb="generate", at=now) for _ in range(9))
    assert word() == ("warn", "Day nearly used")
    Request.objects.create(account=key.account, verb="generate", at=now)
    assert word() == ("warn", "Day used up")
    Governor.objects.create(account=key.account, paused_until=now + timedelta(minutes=1))
    assert word() == ("warn", "Asked to wait")
    Event.note(Verb.KEY_HOOK_REFUSED, who=None, subject=key.pk)
    assert word() == ("warn", "Unsigned webhooks")
    keystate.mark_no_credits(key, 0)
    assert word() == ("bad", "Out of credits")
    keystate.mark_refused(key, "Doitong does not know it.")
    assert word() == ("bad", "Refused")
    (one,) = keyboard.board(timezone.now())
    assert None not in (one.refused_at, one.no_credits_at, one.unsigned_at, one.paused_until)


def test_the_board_costs_the_same_for_many_keys(
    member: MakeMember, signed_in: Callable[[Member], Client]
) -> None:
    a_key(None)
    admin = signed_in(member("credit_admin"))
    costs = []
    for many in (1, 8):
        for _ in range(many):
            a_key(member())
        with CaptureQueriesContext(connection) as queries:
            page = admin.get("/team/keys").content.decode()
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert page.count("Working") == 10


@pytest.mark.parametrize("role", ["designer", "reviewer"])
def test_key_16_only_admins_see_it(
    member: MakeMember, signed_in: Callable[[Member], Client], role: str
) -> None:
    assert signed_in(member(role)).get("/team/keys").status_code == 403
