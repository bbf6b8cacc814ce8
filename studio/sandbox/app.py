"""The sandbox as a WSGI application, with or without its threads and painting processes.

In process (the usual for tests): no threads and no processes; a job ends when
somebody looks at or after its time by the given clock, its picture is painted
when it is fetched, and `deliver` sends the webhooks that are due.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from studio.sandbox import VERSION, jobs, outputs
from studio.sandbox.answers import Answer, of_json, send
from studio.sandbox.control import FOLDER as CONTROL
from studio.sandbox.control import Control
from studio.sandbox.easel import Easel
from studio.sandbox.errors import ApiError
from studio.sandbox.front import FrontDesk
from studio.sandbox.jobs import Job
from studio.sandbox.messenger import Messenger, Outbox, Post, post
from studio.sandbox.outputs import FOLDER as OUTPUTS
from studio.sandbox.panel.desk import Panel
from studio.sandbox.panel.pages import FOLDER as PANEL
from studio.sandbox.provider import Provider
from studio.sandbox.shelf import Shelf
from studio.sandbox.store import Store

MEMORY = ":memory:"


class Sandbox:
    """The WSGI callable.  `provider`, `store` and `shelf` are open for tests to look at."""

    def __init__(self, provider: Provider, shelf: Shelf, send_hook: Post, painters: int | None) -> None:
        """`painters` is the number of painting processes; None for in process, without threads.

        With 0 the threads are there, and the shelf has its pictures ready made.
        """
        self.provider = provider
        self.store = provider.store
        self.shelf = shelf
        self._outbox = Outbox(provider, send_hook)
        self._front = FrontDesk(provider, self._accepted)
        self._control = Control(provider, shelf, self._wake)
        self._panel = Panel(provider, self._control, self._wake)
        self._messenger = None if painters is None else Messenger(provider, self._outbox)
        self._easel = Easel(shelf, painters, self._painted) if painters else None
        if self._easel:
            with self.store.transaction() as db:
                waiting = jobs.unpainted(db)
            self._easel.add(waiting)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return send(self._answer(environ), environ, start_response)

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        path = environ.get("PATH_INFO", "")
        try:
            if path == "/healthz":
                return of_json(200, {"status": "ok", "version": VERSION})
            if path.startswith(OUTPUTS):
                return outputs.answer(self.provider, self.shelf, environ["REQUEST_METHOD"], path)
            if path in ("/", PANEL) or path.startswith(PANEL + "/"):
                return self._panel.answer(environ)
            if path == CONTROL or path.startswith(CONTROL + "/"):
                return self._control.answer(environ)
        except ApiError as refusal:
            return of_json(refusal.status, refusal.body())
        answer = self._front.answer(environ)
        answer.headers["X-Sandbox-Version"] = VERSION
        return answer

    def deliver(self) -> int:
        """Ends what is due and sends the webhooks that are due, one after the other; gives how many."""
        self.provider.settle()
        sent = self._outbox.due()
        for one in sent:
            self._outbox.deliver(one)
        return len(sent)

    def close(self) -> None:
        """Ends threads and processes and closes the database."""
        if self._easel:
            self._easel.close()
        if self._messenger:
            self._messenger.close()
        self.store.close()

    def _accepted(self, accepted: Sequence[Job]) -> None:
        if self._easel:
            self._easel.add(accepted)
        self.shelf.tidy(accepted[-1].number)
        self._wake()

    def _painted(self, number: int) -> None:
        with self.store.transaction() as db:
            jobs.set_painted(db, number, self.provider.clock())
        self._wake()

    def _wake(self) -> None:
        if self._messenger:
            self._messenger.wake()


def create_app(
    data: str | Path = MEMORY,
    *,
    latency: str | float = "default",
    fast: bool = False,
    ready_made: bool = False,
    clock: Callable[[], float] = time.time,
    base_url: str = "http://sandbox.test",
    post: Post = post,
    painters: int | None = None,
) -> Sandbox:
    """A sandbox to call as a WSGI application; `close` it afterwards.

    Args:
        data: the folder of its database and pictures, or ":memory:".
        latency: "default", "real", "instant", or the seconds that every job takes.
        fast: paint coarsely, in some milliseconds.
        ready_made: paint nothing; every picture of a size is one of two, with the job's own comment.
        clock: gives the time in Unix seconds.
        base_url: what the addresses of finished pictures begin with.
        post: sends a webhook: (url, body, headers) -> HTTP status, or raises OSError.
        painters: painting processes; with None all happens in the caller's thread.

    Raises:
        ValueError: the latency is none.
    """
    folder = None if str(data) == MEMORY else Path(data).absolute()
    if painters is not None and ready_made:
        painters = 0
    if painters and folder is None:
        raise ValueError("painting processes need a folder")
    provider = Provider(
        Store(folder / "sandbox.sqlite3" if folder else None),
        clock=clock,
        latency_setting=str(latency),
        base_url=base_url,
        waits_for_paint=bool(painters),
    )
    shelf = Shelf(folder / "outputs" if folder else None, fast=fast, ready_made=ready_made)
    return Sandbox(provider, shelf, post, painters)
