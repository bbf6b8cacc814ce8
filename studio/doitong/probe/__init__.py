"""What a provider really answers to each documented and decided point, beside what is expected (S93).

`ask_all` costs nothing: it asks, and sends orders that no server can accept. `buy` buys one image.
Reads no settings; the pause and the clock are arguments.
"""

import time
from collections.abc import Callable
from datetime import datetime

import httpx

from studio.doitong import addresses
from studio.doitong.client import utc_now
from studio.doitong.errors import UnusableKey
from studio.doitong.probe import free, limits, purchase
from studio.doitong.probe.asking import Asker, Finding, Verdict
from studio.doitong.scrub import Scrubber
from studio.doitong.secret import Secret
from studio.doitong.wire import Wire

__all__ = ["Asker", "Finding", "Verdict", "ask_all", "buy", "open_asker"]

buy = purchase.buy


def open_asker(
    *,
    base_url: str,
    key: Secret,
    http: httpx.Client,
    pause: Callable[[float], None],
    clock: Callable[[], datetime] = utc_now,
) -> Asker:
    """Make an asker that speaks under `key`, and under no other but one that is none.

    `pause` waits so many seconds: the asker keeps to the limits that it is told. Raises `UnusableKey`
    for a text that cannot be a key, `ValueError` for a wrong address.
    """
    if not key.is_key:
        raise UnusableKey("This cannot be an API key: 6 to 256 letters, digits and signs, no blanks.")
    base, scrubber = addresses.base_url(base_url), Scrubber(key)

    def wire(secret: Secret) -> Wire:
        return Wire(
            http=http,
            base_url=base,
            key=secret,
            scrubber=scrubber,
            clock=clock,
            stopwatch=time.monotonic,
            connect_seconds=5.0,
        )

    return Asker(wire=wire(key), stranger=wire(Secret("no-key-at-all")), pause=pause, clock=clock)


def ask_all(asker: Asker, *, known_id: str | None, per_minute: int | None) -> list[Finding]:
    """Ask every point that costs nothing: some 14 requests.

    `known_id` is a finished job of this key, without which some points stay unknown; `per_minute` is
    what the key's plan is said to allow.
    """
    return [*free.findings(asker, known_id), *limits.findings(asker, per_minute), *purchase.UNASKED]
