"""One process of a race: says that it is ready, waits for the word, then books as fast as it can.

`python -m tests.studio.credits.racer MODE MEMBER TRIES`; MODE is hold, grant, same or end. References
for `end` come on standard input. The last line it writes is a JSON count of what happened.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

import django


def race(book: Callable[[int], object], tries: int) -> Counter[str]:
    """Call book so often; count what it answered or which error it raised."""
    counts: Counter[str] = Counter()
    for number in range(tries):
        try:
            counts[str(book(number))] += 1
        except Exception as error:  # noqa: BLE001 - every kind is counted and judged by the test
            counts[type(error).__name__] += 1
    return counts


def main() -> None:
    """Race once."""
    django.setup()
    from studio.accounts.models import Member
    from studio.credits import ledger

    mode, member_id, tries = sys.argv[1:]
    member = Member.objects.get(pk=member_id)
    ends = [UUID(text) for text in sys.stdin.readline().split()]

    def hold(_number: int) -> str:
        ledger.hold(member, [ledger.Hold(reference=uuid4(), amount=20)], key_id=None)
        return "passed"

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
    book = {"hold": hold, "grant": grant, "same": same, "end": end}[mode]
    sys.stdout.write(json.dumps(race(book, int(tries))) + "\n")


if __name__ == "__main__":
    main()
