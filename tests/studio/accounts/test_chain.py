"""The chain over the audit trail: whatever is done to a row past the studio is noticed (E5, LOG-01)."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from studio.accounts import chain
from studio.accounts.append_only import statements, undo_statements
from studio.accounts.models import Event, Seal, Verb

pytestmark = pytest.mark.django_db


def noted(many: int) -> list[Event]:
    """Return that many sealed events."""
    for number in range(many):
        Event.note(Verb.KEY_TESTED, who=None, subject=f"key {number}", plan="free")
    assert chain.seal() == many
    return list(Event.objects.order_by("pk"))


def past_the_studio(sql: str) -> None:
    """Do to the trail what only somebody with the database can do."""
    table = "accounts_event" if "accounts_event" in sql else "accounts_seal"
    with connection.cursor() as cursor:
        for lift in undo_statements(table, connection.vendor):
            cursor.execute(lift)
        cursor.execute(sql)
        for forbid in statements(table, connection.vendor):
            cursor.execute(forbid)


def test_a_trail_that_nobody_touched_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    noted(5)
    assert list(chain.faults()) == []
    call_command("check_audit")
    said = capsys.readouterr().out
    assert "whole: 5 events" in said
    call_command("check_audit", since=said.split("Head: ")[1].strip())


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("UPDATE accounts_event SET subject = 'key X' WHERE id = {id}", "Event {id} of"),
        ("UPDATE accounts_event SET verb = 'key.saved' WHERE id = {id}", "was changed"),
        ("UPDATE accounts_event SET detail = '{{}}' WHERE id = {id}", "was changed"),
        ("DELETE FROM accounts_event WHERE id = {id}", "was removed"),
        ("DELETE FROM accounts_seal WHERE event = {id}", "are missing"),
        ("UPDATE accounts_seal SET digest = 'f' WHERE event = {id}", "was changed"),
    ],
)
def test_a_changed_or_removed_row_is_noticed(what: str, sentence: str) -> None:
    events = noted(5)
    past_the_studio(what.format(id=events[2].pk))
    with pytest.raises(CommandError, match=sentence.format(id=events[2].pk)):
        call_command("check_audit")


def test_a_row_slipped_in_is_noticed() -> None:
    noted(3)
    Event.objects.create(verb=Verb.KEY_SAVED, subject="forged", at=timezone.now() - timedelta(days=2))
    chain.seal()
    assert ["slipped in" in fault for fault in chain.faults()] == [True]


def test_an_end_that_was_cut_off_is_noticed_by_who_kept_the_head() -> None:
    events = noted(4)
    head = chain.head()
    assert head is not None
    past_the_studio(f"DELETE FROM accounts_seal WHERE number = {head.number}")
    past_the_studio(f"DELETE FROM accounts_event WHERE id = {events[3].pk}")
    assert list(chain.faults()) == []
    with pytest.raises(CommandError, match="not in it any more"):
        call_command("check_audit", since=f"{head.number}:{head.digest}")


@pytest.mark.parametrize("verb", ["UPDATE accounts_seal SET digest = ''", "DELETE FROM accounts_seal"])
def test_seals_are_only_ever_added(verb: str) -> None:
    noted(1)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb)


def test_one_transaction_is_sealed_once_and_when_it_is_committed(
    django_capture_on_commit_callbacks: object,
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as callbacks:  # type: ignore[operator]
        for number in range(3):
            Event.note(Verb.KEY_TESTED, who=None, subject=number)
        assert not Seal.objects.exists()
    assert len(callbacks) == 1
    assert Seal.objects.count() == 3


def test_who_finds_the_next_number_taken_looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    noted(2)
    Event.note(Verb.KEY_TESTED, who=None)
    asked = chain.unsealed
    calls: list[list[Event]] = []

    def beaten(last: Seal | None) -> list[Event]:
        calls.append(list(asked(last)))
        if len(calls) == 1:  # another process is faster, once
            Seal.objects.create(number=3, event=calls[0][0].pk, digest="theirs")
        return calls[-1]

    monkeypatch.setattr(chain, "unsealed", beaten)
    assert chain.seal() == 1
    assert Seal.objects.count() == 3
    assert len(calls) == 2
