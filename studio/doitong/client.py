"""The face of Doitong: ask for an image, ask how jobs stand, fetch the picture.

Touches the network through the `httpx.Client` that it is given, and nothing else: it reads no
setting, sleeps never, tries nothing twice and remembers nothing. What to do after an error is
`decide`'s to say and the caller's to do.
"""

import time
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import BinaryIO

import httpx

from studio.doitong import addresses, answers, dialects
from studio.doitong.deadline import Stopwatch
from studio.doitong.dialects import DIALECTS
from studio.doitong.download import Downloader, resolve
from studio.doitong.errors import Refused, UnusableKey
from studio.doitong.orders import fit
from studio.doitong.reading import is_id
from studio.doitong.routes import Resolver
from studio.doitong.scrub import Scrubber
from studio.doitong.secret import Secret
from studio.doitong.values import Account, Answer, Generation, Order, Picture, RateLimit
from studio.doitong.wire import Wire

IMAGE_HOSTS = ("cdn.doitong.com",)
MOST_IDS = 100


def _token(webhook_url: str | None) -> Secret:
    """What is secret of a webhook's address: its last part."""
    return Secret((webhook_url or "").rstrip("/").rpartition("/")[2])


def utc_now() -> datetime:
    """The wall clock, the default of `Client`."""
    return datetime.now(UTC)


class Client:
    """Speaks to Doitong under one key.

    `http` is best made by `open_http`, which alone keeps deadlines while headers drip in. `base_url`
    is https (http on this machine only). `dialect` is one of `DIALECTS`. `image_hosts` may hold
    pictures beside the API's own host. `allow_private` is for the sandbox: pictures over http from
    this machine, no check of addresses. Deadlines in seconds, by the wall clock (PRV-03).

    Raises `UnusableKey` for a text that cannot be a key, `ValueError` for a wrong setting.
    """

    def __init__(
        self,
        *,
        base_url: str,
        key: Secret,
        http: httpx.Client,
        dialect: str = "graphql",
        clock: Callable[[], datetime] = utc_now,
        image_hosts: Collection[str] = IMAGE_HOSTS,
        allow_private: bool = False,
        create_seconds: float = 30.0,
        status_seconds: float = 10.0,
        connect_seconds: float = 5.0,
        stopwatch: Stopwatch = time.monotonic,
        resolver: Resolver = resolve,
    ) -> None:
        if not key.is_key:
            raise UnusableKey("This cannot be an API key: 6 to 256 letters, digits and signs, no blanks.")
        if dialect not in DIALECTS:
            raise ValueError(f"unknown dialect {dialect!r}; known are {', '.join(DIALECTS)}")
        base = addresses.base_url(base_url)
        self._dialect = dialect
        self._scrubber = Scrubber(key)
        self._create_seconds = create_seconds
        self._status_seconds = status_seconds
        self._wire = Wire(
            http=http,
            base_url=base,
            key=key,
            scrubber=self._scrubber,
            clock=clock,
            stopwatch=stopwatch,
            connect_seconds=connect_seconds,
        )
        self._downloader = Downloader(
            http=http,
            gate=addresses.Gate(base=base, hosts=image_hosts, allow_private=allow_private),
            check_addresses=not allow_private,
            stopwatch=stopwatch,
            resolver=resolver,
        )

    def generate(self, order: Order) -> Answer[Generation]:
        """Ask for one image: buys it, and sends exactly one request.

        The last part of its webhook address is a secret, and is kept out of all that comes back.
        Raises any `DoitongError` but a `DownloadError`; `decide` says what to do next (S15 to S53).
        """
        scrubber = self._scrubber.besides(_token(order.webhook_url))
        call = dialects.create(fit(order), self._dialect)
        heard = self._wire.hear(call, self._create_seconds, scrubber)
        generation = answers.created(heard, scrubber)
        return Answer(value=generation, exchange=heard.exchange)

    def look(self, remote_ids: Sequence[str]) -> Answer[dict[str, Generation]]:
        """How these jobs stand, by id; a job that the provider has nothing to say of is absent.

        GraphQL: one request for all, at most 100 (S83). REST has no such request: one for each, the
        first error ends it, and `exchange` is the last one; give it as few ids as the limits allow.
        Raises `ValueError` for too many, none, or an id that is none; else as `generate`.
        """
        if not 0 < len(remote_ids) <= MOST_IDS or not all(map(is_id, remote_ids)):
            raise ValueError(f"give 1 to {MOST_IDS} ids of letters, digits, - and _")
        asked = list(dict.fromkeys(remote_ids))
        if self._dialect == "rest":
            return self._look_one_by_one(asked)
        heard = self._wire.hear(dialects.statuses(asked), self._status_seconds)
        aliases = {remote_id: dialects.alias(number) for number, remote_id in enumerate(asked)}
        return Answer(value=answers.looked(heard, aliases, self._scrubber), exchange=heard.exchange)

    def account(self) -> Answer[Account | None]:
        """Plan and balance, or None where the provider does not tell them (S90). Never depend on it."""
        heard = self._wire.hear(dialects.account(self._dialect), self._status_seconds)
        try:
            known = answers.account(heard, self._scrubber)
        except Refused:
            known = None
        return Answer(value=known, exchange=heard.exchange)

    def test_key(self) -> Answer[RateLimit]:
        """Whether the key is good, for zero credits (S11). Raises `Unauthorized` where it is not."""
        heard = self._wire.hear(dialects.test_key(), self._status_seconds)
        answers.good(heard, self._scrubber)
        return Answer(value=heard.exchange.rate or RateLimit(), exchange=heard.exchange)

    def download(self, url: str, into: BinaryIO, *, max_bytes: int, max_seconds: float) -> Picture:
        """Write the picture at `url` into `into`, without the key.

        `max_bytes` counts decoded bytes. Raises a `DownloadError`; `into` may then hold a part.
        """
        return self._downloader.fetch(url, into, max_bytes=max_bytes, max_seconds=max_seconds)

    def _look_one_by_one(self, asked: Sequence[str]) -> Answer[dict[str, Generation]]:
        found = {}
        for remote_id in asked:
            heard = self._wire.hear(dialects.status(remote_id), self._status_seconds)
            generation = answers.looked_at_one(heard, remote_id, self._scrubber)
            if generation is not None:
                found[remote_id] = generation
        return Answer(value=found, exchange=heard.exchange)
