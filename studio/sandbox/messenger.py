"""Ends jobs on time and sends their webhooks, whether anybody asks or not (S54).

`Post` is how a webhook leaves the house; the real one goes over HTTP, never
follows a redirect, and gives up after some seconds.
"""

from __future__ import annotations

import http.client
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from studio.sandbox import hooks, jobs
from studio.sandbox.hooks import Delivery
from studio.sandbox.provider import Provider

Post = Callable[[str, bytes, Mapping[str, str]], int]

TIMEOUT_SECONDS = 10.0
LONGEST_SLEEP_SECONDS = 0.25
SENDERS = 8


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """POSTs and gives the HTTP status; raises OSError or HTTPException when there is none."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, dict(headers))
        return connection.getresponse().status
    finally:
        connection.close()


class Outbox:
    """The webhooks that are due, each sent by one sender at a time."""

    def __init__(self, provider: Provider, send: Post) -> None:
        self._provider = provider
        self._send = send
        self._under_way: set[int] = set()
        self._lock = threading.Lock()

    def due(self) -> list[Delivery]:
        """The deliveries to be sent now; they are under way until `deliver` is done with them."""
        with self._lock, self._provider.store.transaction() as db:
            found = [
                one for one in hooks.waiting(db, self._provider.clock()) if one.id not in self._under_way
            ]
            self._under_way.update(one.id for one in found)
            return found

    def deliver(self, one: Delivery) -> None:
        """Sends one and writes down what came of it."""
        try:
            try:
                answer: int | str = self._send(one.url, one.body, one.headers)
            except (OSError, http.client.HTTPException, ValueError) as error:
                answer = f"{type(error).__name__}: {error}"
            with self._provider.store.transaction() as db:
                hooks.told(db, one, answer, self._provider.clock())
        finally:
            with self._lock:
                self._under_way.discard(one.id)


class Messenger:
    """The thread that looks after endings and webhooks."""

    def __init__(self, provider: Provider, outbox: Outbox) -> None:
        self._provider = provider
        self._outbox = outbox
        self._news = threading.Event()
        self._closing = False
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="webhook")
        self._thread = threading.Thread(target=self._work, name="messenger", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something may be due earlier than it was thought."""
        self._news.set()

    def close(self) -> None:
        """Ends the thread; what was not sent is sent after the next start."""
        self._closing = True
        self._news.set()
        self._thread.join(timeout=2)
        self._senders.shutdown(wait=False, cancel_futures=True)

    def _work(self) -> None:
        while not self._closing:
            self._news.clear()
            try:
                self._round()
            except Exception:  # noqa: BLE001 - this thread must outlive any one mistake
                traceback.print_exc(file=sys.stderr)
                self._news.wait(LONGEST_SLEEP_SECONDS)

    def _round(self) -> None:
        self._provider.settle()
        for one in self._outbox.due():
            self._senders.submit(self._deliver, one)
        self._news.wait(self._sleep())

    def _deliver(self, one: Delivery) -> None:
        self._outbox.deliver(one)
        self.wake()

    def _sleep(self) -> float:
        with self._provider.store.transaction() as db:
            moments = [at for at in (jobs.next_ready(db), hooks.next_due(db)) if at is not None]
        ahead = min(moments, default=float("inf")) - self._provider.clock()
        return min(max(ahead, 0.005), LONGEST_SLEEP_SECONDS)
