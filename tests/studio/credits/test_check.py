"""The self-check finds what is wrong, and the command ends with 1 then."""

from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from studio.credits import ledger
from studio.credits.check import check
from studio.credits.models import Account, Entry, Kind
from tests.conftest import MakeMember
from tests.studio.credits.course import Course

pytestmark = pytest.mark.django_db


def booked(member: MakeMember) -> Account:
    ada = member()
    ledger.grant(ada, 100, actor=ada, reason="Autumn", reference=uuid4())
    holds = [ledger.Hold(reference=uuid4(), amount=20) for _ in range(3)]
    ledger.hold(ada, holds, key_id=None)
    ledger.settle(holds[0].reference, 15)
    return Account.objects.get(member=ada)


def test_exact_books_are_told_in_one_line(member: MakeMember, capsys: pytest.CaptureFixture[str]) -> None:
    booked(member)
    call_command("check_ledger")
    said = capsys.readouterr().out
    assert said == "The ledger is exact: 1 accounts, 5 entries, 2 open holds of 40 credits.\n"


@pytest.mark.parametrize("figure", ["balance", "held", "spent"])
def test_a_wrong_running_total_is_found(
    member: MakeMember, figure: str, capsys: pytest.CaptureFixture[str]
) -> None:
    account = booked(member)
    right = getattr(account, figure)
    Account.objects.update(**{figure: right + 1})
    with pytest.raises(CommandError, match="1 figures"):
        call_command("check_ledger")
    assert f"{figure} of {account.pk}: kept {right + 1}, counted {right}" in capsys.readouterr().err


def test_an_ending_without_a_hold_is_found(member: MakeMember) -> None:
    account = booked(member)
    stray = uuid4()
    Entry.objects.create(account=account, kind=Kind.RELEASE, held=-5, reference=stray)
    Account.objects.update(held=account.held - 5)
    (difference,) = check().differences
    assert (difference.what, difference.of, difference.counted) == ("hold", stray, -5)


def test_the_commands_exit_status_is_1_on_a_difference(course: Course) -> None:
    course.prepare(start=50)
    command = ("-m", "django", "check_ledger", "--skip-checks")
    assert course.ended(*command) == 0
    course.run("-c", SPOIL)
    assert course.ended(*command) == 1
    course.run("-c", SPOIL.replace("+ 1", "- 1"))


SPOIL = """
from django.db.models import F
from studio.credits.models import Account
Account.objects.update(balance=F("balance") + 1)
"""
