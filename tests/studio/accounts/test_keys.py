"""The vault's verbs: tried before it is saved, one in use each, told when good (E3, D23, S11, S48, S49)."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from studio.accounts import keys, keystate
from studio.accounts.models import Event, Key, KeyState, Member, Verb
from studio.accounts.plans import Limits, Plan
from studio.accounts.sealing import TamperedError, WrongKeyError
from studio.doitong import InsufficientCredits, NotSent, RateLimited, Secret, ServerError, Unauthorized
from tests.conftest import MakeMember
from tests.studio.accounts.conftest import KEY, OTHER, Provider, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(member: MakeMember) -> Member:
    return member()


def save(owner: Member | None, actor: Member, doitong: Provider, text: str = KEY, **more: Any) -> Key:
    terms = {"plan": Plan.PRO, **more}
    return keys.save_key(member=owner, text=text, actor=actor, client_factory=doitong, **terms)


def limits(key: Key) -> Limits:
    return Limits(per_minute=key.per_minute, at_once=key.at_once, per_day=key.per_day)


def verbs(key: Key) -> list[str]:
    return list(Event.objects.filter(subject=str(key.pk)).order_by("pk").values_list("verb", flat=True))


def test_a_saved_key_was_tried_is_sealed_and_opens(ada: Member, doitong: Provider) -> None:
    key = save(ada, ada, doitong, text=f" {KEY}\n")
    assert doitong.asked == [Secret(KEY)]
    stored = Key.objects.get()
    assert KEY not in stored.sealed
    assert (stored.last4, stored.plan, stored.state, stored.member) == (KEY[-4:], "pro", "ok", ada)
    assert limits(stored) == Limits(per_minute=60, at_once=10, per_day=10_000)
    assert stored.tested_at is not None
    assert keys.secret_of(stored).reveal() == KEY
    assert verbs(key) == [Verb.KEY_SAVED]
    assert str(stored) == f"{ada.name} …{KEY[-4:]}"


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (Unauthorized("401"), keys.KeyRefused, "refused this key"),
        (NotSent("refused"), keys.KeyUntested, "could not be reached"),
        (RateLimited("429"), keys.KeyUntested, "asks to wait"),
        (ServerError("Doitong had an error."), keys.KeyUntested, "could not say"),
    ],
)
def test_a_key_that_is_not_found_good_is_not_saved(
    ada: Member, doitong: Provider, error: Exception, kind: type[keys.KeyProblem], words: str
) -> None:
    doitong.error = error  # type: ignore[assignment]
    with pytest.raises(kind) as refused:
        save(ada, ada, doitong)
    assert words in refused.value.sentence
    assert not Key.objects.exists()
    assert not Event.objects.exists()


def test_a_key_whose_account_is_empty_is_a_good_key(ada: Member, doitong: Provider) -> None:
    doitong.error = InsufficientCredits("402")
    assert save(ada, ada, doitong).works


def test_an_odd_key_is_sent_nowhere(ada: Member, doitong: Provider) -> None:
    with pytest.raises(keys.NotAKey):
        save(ada, ada, doitong, text=f'"{KEY}"')
    assert doitong.asked == []


def test_key_11_a_new_key_replaces_the_old_one_which_still_opens(ada: Member, doitong: Provider) -> None:
    old = save(ada, ada, doitong)
    new = save(ada, ada, doitong, text=OTHER)
    old.refresh_from_db()
    assert (old.state, new.state) == (KeyState.DISABLED, KeyState.OK)
    assert keys.key_in_use(ada) == new
    assert keys.secret_of(old).reveal() == KEY
    assert (old.state_reason, old.state_at > old.created_at) == ("Replaced by a newer key.", True)
    assert [verbs(old), verbs(new)] == [[Verb.KEY_SAVED, Verb.KEY_REPLACED], [Verb.KEY_SAVED]]
    replaced = Event.objects.get(verb=Verb.KEY_REPLACED)
    assert (replaced.who, replaced.detail) == (ada, {"by": str(new.pk)})


def test_the_same_key_may_be_pasted_again_by_its_owner_and_by_nobody_else(
    ada: Member, member: MakeMember, doitong: Provider
) -> None:
    save(ada, ada, doitong)
    again = save(ada, ada, doitong, plan=Plan.FREE)
    assert keys.key_in_use(ada) == again
    for other in (member(), None):
        with pytest.raises(keys.KeyTaken, match="in use in the studio already"):
            save(other, ada, doitong)
    keys.disable(again, ada)
    assert save(None, ada, doitong).member is None


def test_a_twin_is_found_after_the_keyring_has_a_new_first_line(
    ada: Member, member: MakeMember, doitong: Provider, write_keyring: Callable[..., object]
) -> None:
    old = line("k1")
    write_keyring(old)
    save(ada, ada, doitong)
    write_keyring(line("k2"), old)
    with pytest.raises(keys.KeyTaken):
        save(member(), ada, doitong)


def test_ones_own_key_comes_before_the_teams(ada: Member, member: MakeMember, doitong: Provider) -> None:
    bob = member()
    assert keys.key_for(ada) is None
    team = save(None, ada, doitong)
    own = save(ada, ada, doitong, text=OTHER)
    assert keys.key_for(ada) == own
    assert keys.key_for(bob) == team
    keys.mark_refused(own, "401")
    assert keys.key_for(ada) == own
    keys.disable(own, ada)
    assert keys.key_for(ada) == team


@pytest.mark.parametrize("mine", [True, False])
def test_the_database_allows_one_key_in_use_each(ada: Member, doitong: Provider, mine: bool) -> None:
    owner = ada if mine else None
    save(owner, ada, doitong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Key.objects.create(id=uuid4(), member=owner, sealed="x", fingerprint="y")


def test_limits_are_the_plans_or_for_an_enterprise_the_typed_ones(ada: Member, doitong: Provider) -> None:
    typed = Limits(per_minute=200, at_once=None, per_day=None)
    key = save(ada, ada, doitong, plan=keys.Terms(plan=Plan.STARTER, limits=typed))
    assert limits(key) == Limits(per_minute=30, at_once=3, per_day=1_000)
    keys.set_terms(key, keys.Terms(plan=Plan.ENTERPRISE, limits=typed), ada)
    key.refresh_from_db()
    assert (limits(key), key.plan) == (typed, "enterprise")
    keys.set_terms(key, keys.Terms(plan=Plan.ENTERPRISE), ada)
    key.refresh_from_db()
    assert limits(key) == Limits(per_minute=None, at_once=None, per_day=None)


def test_a_sealed_key_moved_to_another_row_does_not_open(
    ada: Member, member: MakeMember, doitong: Provider
) -> None:
    mine, other = save(ada, ada, doitong), save(member(), ada, doitong, text=OTHER)
    Key.objects.filter(pk=mine.pk).update(sealed=other.sealed)
    mine.refresh_from_db()
    for _ in range(2):
        with pytest.raises(TamperedError):
            keys.secret_of(mine)
    assert verbs(mine) == [Verb.KEY_SAVED, Verb.KEY_UNREADABLE]


def test_a_lost_master_key_is_a_clear_error_and_loses_nothing(
    ada: Member, doitong: Provider, write_keyring: Callable[..., object]
) -> None:
    kept = line("k1")
    write_keyring(kept)
    key = save(ada, ada, doitong)
    write_keyring(line("k2"))
    with pytest.raises(WrongKeyError, match="Put back the line"):
        keys.secret_of(key)
    write_keyring(kept)
    assert keys.secret_of(key).reveal() == KEY


def test_testing_a_key_marks_what_the_provider_says(ada: Member, doitong: Provider) -> None:
    key = save(ada, ada, doitong)
    doitong.error = Unauthorized("401")
    with pytest.raises(keys.KeyRefused):
        keys.try_key(key, actor=ada, client_factory=doitong)
    key.refresh_from_db()
    assert key.state == KeyState.REFUSED
    doitong.error = NotSent("refused")
    with pytest.raises(keys.KeyUntested):
        keys.try_key(key, actor=ada, client_factory=doitong)
    key.refresh_from_db()
    assert key.state == KeyState.REFUSED
    doitong.error = None
    keys.try_key(key, actor=ada, client_factory=doitong)
    key.refresh_from_db()
    assert key.works
    assert verbs(key) == [Verb.KEY_SAVED, Verb.KEY_REFUSED, Verb.KEY_TESTED, Verb.KEY_GOOD]


def test_what_the_provider_says_is_marked_once(ada: Member, doitong: Provider) -> None:
    key = save(ada, ada, doitong)
    assert keys.mark_ok(key) is False
    assert keys.mark_no_credits(key, 7) is True
    assert keys.mark_no_credits(key, 5) is False
    key.refresh_from_db()
    assert (key.state, key.provider_credits) == (KeyState.NO_CREDITS, 5)
    assert keys.mark_refused(key, "401 " * 200) is True
    assert keys.mark_refused(key, "401") is False
    assert keys.mark_no_credits(key, None) is False
    assert keys.mark_ok(key) is True
    assert keys.disable(key, ada) is True
    assert keys.disable(key, ada) is False
    assert keys.mark_ok(key) is False
    assert verbs(key) == [
        Verb.KEY_SAVED,
        Verb.KEY_NO_CREDITS,
        Verb.KEY_REFUSED,
        Verb.KEY_GOOD,
        Verb.KEY_DISABLED,
    ]


def test_who_waits_for_a_key_is_told_after_the_commit(
    ada: Member,
    doitong: Provider,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    told: list[Key] = []
    monkeypatch.setattr(keystate, "_good", [])
    keys.on_good(told.append)
    keys.on_good(told.append)
    with django_capture_on_commit_callbacks(execute=True):
        key = save(ada, ada, doitong)
        assert told == []
    assert told == [key]
    with django_capture_on_commit_callbacks(execute=True):
        keys.mark_refused(key, "401")
        keys.mark_ok(key)
        keys.mark_ok(key)
    assert told == [key, key]
