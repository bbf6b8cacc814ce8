"""Many processes book at once, on SQLite and PostgreSQL.

It is exact, and nobody hears of a lock (D2, LED-05, LED-06); under several budgets too, which may be
changed meanwhile (D6, LED-07).
"""

import json
from uuid import uuid4

from tests.studio.credits.course import Course

PROCESSES = 8
BUDGETS = """
import sys, json, uuid
from studio.accounts.models import Member
from studio.credits import budgets, ledger
from studio.credits.models import Counter, Scope
from studio.credits.windows import Period
people = [Member.objects.create_user(f"{uuid.uuid4().hex}@studio.test", name="Racer") for _ in range(2)]
for one in people:
    ledger.grant(one, 9_000, actor=one, reason="start", reference=uuid.uuid4())
ann, bob = people
project, key = (uuid.UUID(text) for text in sys.argv[1:])
for scope, subject, period, limit in [
    (Scope.TEAM, None, Period.TOTAL, 10**6),
    (Scope.MEMBER, ann.pk, Period.MONTH, 480),
    (Scope.MEMBER, bob.pk, Period.WEEK, 480),
    (Scope.PROJECT, project, Period.MONTH, 480),
    (Scope.KEY, key, Period.TOTAL, 460),
]:
    budgets.put(scope, subject, period, limit, by=ann, reason="race")
Counter.objects.exclude(budget__period=Period.TOTAL).delete()  # as on the first of a month
print(json.dumps([str(one.pk) for one in people]))
"""
USED = """
import json
from studio.credits.check import check
from studio.credits.models import Counter
used = {f"{c.budget.scope} {c.budget.period}": c.used for c in Counter.objects.select_related("budget")}
print(json.dumps([used, [str(d) for d in check().differences]]))
"""

SEALED = """
from studio.accounts import chain
from studio.accounts.models import Event, Seal
assert Event.objects.filter(verb="credits.granted").count() >= 16
print(Event.objects.count() - Seal.objects.count(), *chain.faults())
"""

GONE = """
from studio.credits.models import Budget
Budget.objects.all().delete()
"""


def shares(total: int) -> list[int]:
    """As even as can be."""
    return [total // PROCESSES + (number < total % PROCESSES) for number in range(PROCESSES)]


def test_fifty_holds_of_twenty_against_five_hundred_pass_exactly_twenty_five(course: Course) -> None:
    member, _ = course.prepare(start=500)
    assert course.race("hold", member, shares(50)) == {"passed": 25, "NotEnoughCredits": 25}
    assert course.result(member) == (500, 500)


def test_the_first_bookings_of_a_member_at_once_are_all_there(course: Course) -> None:
    member = _member_without_account(course)
    assert course.race("grant", member, [2] * PROCESSES) == {"passed": 16}
    assert course.result(member) == (7 * 16, 0)
    assert course.run("-c", SEALED).split() == ["0"], "each event stands in the chain, once (LOG-01, E5)"


def test_the_same_grants_said_by_all_are_booked_once(course: Course) -> None:
    member = _member_without_account(course)
    assert course.race("same", member, [5] * PROCESSES) == {"passed": 5 * PROCESSES}
    assert course.result(member) == (7 * 5, 0)


def test_holds_ended_by_all_end_once(course: Course) -> None:
    member, references = course.prepare(start=400, holds=20)
    counts = course.race("end", member, [20] * PROCESSES, references)
    assert counts == {"True": 20, "False": 20 * (PROCESSES - 1)}
    assert course.result(member) == (400 - 10 * 15, 0)


def test_led_07_several_budgets_at_once_are_exact_and_nobody_waits_in_a_circle(course: Course) -> None:
    """LED-07, and LED-06: the first of a window are booked by all at once."""
    words = [str(uuid4()), str(uuid4())]
    ann, bob = json.loads(course.run("-c", BUDGETS, *words))
    counts = course.race_of([("charge", who, 16) for who in (ann, bob, ann)], words)
    assert counts == {"passed": 23, "BudgetExceeded": 25}  # the key's 460 credits are 23 times 20
    used, differences = json.loads(course.run("-c", USED))
    assert (used["key total"], used["project month"], differences) == (460, 460, [])
    counts = course.race_of([("change", ann, 20), ("spend", bob, 20), ("spend", ann, 20)], words)
    assert set(counts) <= {"spent", "released", "BudgetExceeded", "changed"}
    assert counts["changed"] == 20
    used, differences = json.loads(course.run("-c", USED))
    course.run("-c", GONE)  # the other tests of this database know no budgets
    assert differences == []
    assert used["project month"] <= 500  # the highest limit that it ever had


def _member_without_account(course: Course) -> str:
    member, references = course.prepare(start=0)
    assert references == []
    return member
