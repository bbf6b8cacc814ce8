"""The circuit breaker: a provider that fails and fails is left alone for a while, then tried once (PRV-11).

It has no row of its own: what the newest attempts of a provider account came to says whether it
is open. After five server errors in a row nothing is sent until a pause has passed, then one
job goes as a probe; its answer closes the circuit or starts the pause anew, a longer one each time.
"""

from datetime import datetime, timedelta
from itertools import takewhile

from studio import prepared
from studio.accounts.models import Key
from studio.generation.models import Attempt

IN_A_ROW = 5
LOOKED_AT = 10
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=4)
PROBE_TAKES = timedelta(seconds=60)  # an attempt without an answer for so long had a worker that died
BROKEN = frozenset({500, 502, 503, 504})

_NEWEST = prepared.Rows(
    lambda: (
        Attempt.objects.filter(job__key__account=prepared.uuid("account"), verb="generate")
        .order_by("-pk")
        .values_list("status", "outcome", "started_at")[:LOOKED_AT]
    )
)


def open_until(key: Key, now: datetime) -> datetime | None:
    """Return until when nothing more is sent with the key's account, None where it may be now.

    The caller that means to send holds the account's governor, so that one probe goes alone.
    """
    newest: list[tuple[int | None, str, datetime]] = _NEWEST(account=key.account)
    pending = [at for _, outcome, at in newest if not outcome and now - at < PROBE_TAKES]
    answered = [(status, at) for status, outcome, at in newest if outcome]
    failed = [at for _, at in takewhile(lambda one: one[0] in BROKEN, answered)]
    if len(failed) < IN_A_ROW:
        return None
    reopens = max(failed) + min(FIRST_PAUSE * (1 << (len(failed) - IN_A_ROW)), LONGEST_PAUSE)
    if pending:
        return max(reopens, max(pending) + PROBE_TAKES)
    return reopens if reopens > now else None
