"""Eight workers pass a budget’s thresholds and tell: each once, on SQLite and PostgreSQL (D7, LED-18)."""

import json

from tests.studio.credits.course import Course
from tests.studio.credits.test_race import shares

BUDGET = """
import sys
from studio.accounts.models import Member
from studio.credits import budgets
from studio.credits.models import Scope
from studio.credits.windows import Period
member = Member.objects.get(pk=sys.argv[1])
budgets.put(Scope.MEMBER, member.pk, Period.TOTAL, 800, by=member, reason="race")
"""
TOLD = """
import sys, json
from studio.credits.models import Account, Alert, Notice
percents = sorted(alert.detail["percent"] for alert in Alert.objects.exclude(told_at=None))
notices = Notice.objects.filter(member=sys.argv[1]).count()
print(json.dumps([percents, Alert.objects.count(), notices, Account.objects.get(pk=sys.argv[1]).notices]))
"""


def test_each_threshold_is_noted_and_told_once(course: Course) -> None:
    member, _ = course.prepare(start=2_000)
    course.run("-c", BUDGET, member)
    assert course.race("cross", member, shares(48)) == {"passed": 40, "BudgetExceeded": 8}
    percents, noted, notices, waiting = json.loads(course.run("-c", TOLD, member))
    assert (percents, noted) == ([50, 80, 95, 100], 4)
    assert notices == waiting == 4
    assert course.result(member) == (2_000, 800)
