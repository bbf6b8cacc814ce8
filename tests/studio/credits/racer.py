"""One process of a race: says that it is ready, waits for the word, then books as fast as it can.

`python -m tests.studio.credits.racer MODE MEMBER TRIES` where Django is set up (`tests.forks`); MODE is
hold, cross, grant, same, end, charge, spend or change. On standard input come references for `end`, and
for the last three a project and a key. The last line it writes is a JSON count of what happened.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

if TYPE_CHECKING:
    from studio.accounts.models import Member


def race(book: Callable[[int], object], tries: int) -> Counter[str]:
    """Call book so often; count what it answered or which error it raised."""
    counts: Counter[str] = Counter()
    for number in range(tries):
        try:
            counts[str(book(number))] += 1
        except Exception as error:  # noqa: BLE001 - every kind is counted and judged by the test
            counts[type(error).__name__] += 1
    return counts


def under_budgets(member: "Member", those: list[UUID]) -> dict[str, Callable[[int], object]]:
    """Return what is booked for a project by a key, and the change of their budgets."""
    from studio.credits import budgets, ledger
    from studio.credits.models import Scope
    from studio.credits.windows import Period

    def charge(_number: int) -> UUID:
        reference, (project, key) = uuid4(), those
        one = ledger.Hold(reference=reference, amount=20)
        ledger.hold(member, [one], key_id=key, project_id=project)
        return reference

    def charged(number: int) -> str:
        charge(number)
        return "passed"

    def spend(number: int) -> str:
        reference = charge(number)
        if number % 3:
            ledger.settle(reference, 20)
            return "spent"
        ledger.release(reference, reason="race")
        return "released"

    def change(number: int) -> str:
        scope, subject = [(Scope.TEAM, None), (Scope.PROJECT, those[0]), (Scope.KEY, those[1])][number % 3]
        limit = None if number % 6 == 3 else 500 - 20 * (number % 4)
        budgets.put(scope, subject, Period.MONTH, limit, by=member, reason="race")
        return "changed"

    return {"charge": charged, "spend": spend, "change": change}


def main() -> None:
    """Race once."""
    from studio.accounts.models import Member
    from studio.credits import ledger, telling
    from studio.credits.models import Alert

    mode, member_id, tries = sys.argv[1:]
    member = Member.objects.get(pk=member_id)
    ends = [UUID(text) for text in sys.stdin.readline().split()]

    def hold(_number: int) -> str:
        ledger.hold(member, [ledger.Hold(reference=uuid4(), amount=20)], key_id=None)
        return "passed"

    def cross(number: int) -> str:
        """Hold, and tell whatever anybody has noted."""
        try:
            return hold(number)
        finally:
            for alert_id in Alert.objects.values_list("pk", flat=True):
                telling.tell(alert_id)

    def grant(_number: int) -> str:
        ledger.grant(member, 7, actor=member, reason="race", reference=uuid4())
        return "passed"

    def same(number: int) -> str:
        reference = uuid5(NAMESPACE_OID, f"{member.pk}{number}")
        ledger.grant(member, 7, actor=member, reason="race", reference=reference)
        return "passed"

    def end(number: int) -> bool:
        if number % 2:
            return ledger.settle(ends[number], 15)
        return ledger.release(ends[number], reason="race")

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    book: dict[str, Callable[[int], object]] = {"hold": hold, "cross": cross, "grant": grant}
    book |= {"same": same, "end": end} | under_budgets(member, ends)
    sys.stdout.write(json.dumps(race(book[mode], int(tries))) + "\n")


if __name__ == "__main__":
    main()
