"""Ask every door everything, and write down each answer as one letter.

o an answer   r it leads elsewhere   s it leads to the sign-in   n refused as bad input, so it was open
f forbidden   x nothing there        m not this method           E a fault of ours
Pages are not drawn: who may open one is decided before that. What a request did is undone after it.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.cookies import SimpleCookie
from typing import Any, cast
from unittest import mock

from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse, HttpResponseBase
from django.template.backends.django import Template
from django.test import Client

from studio import moulds
from studio.accounts import often
from tests.permissions.world import ROLES, Door

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
FEW = ("signed out", "owner")  # who asks first by HEAD and by the methods that no view takes
REFUSED = "m" * len(ROLES)
# what changes rows; when a browser was last used is noted by whatever it asks for
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b(?!.{0,9}usersession)", re.IGNORECASE)
NOTED = re.compile(r'INSERT INTO "accounts_event"')  # the trail says who was refused what (LOG-01)
LETTERS = {403: "f", 404: "x", 405: "m"}
type Answers = dict[str, dict[str, str]]  # by the door's name and the method: a letter for each role


@contextmanager
def undrawn() -> Iterator[None]:
    """Have templates come out empty meanwhile, and nothing said in the log: most is refused here."""
    logging.disable()
    try:
        with (
            mock.patch.object(Template, "render", return_value=""),
            mock.patch.object(moulds, "render", _empty),
        ):
            yield
    finally:
        logging.disable(logging.NOTSET)


def _empty(_request: object, _name: str, _given: object = None) -> HttpResponse:
    return HttpResponse("")


def ask(doors: Sequence[Door], clients: dict[str, Client]) -> tuple[Answers, list[str]]:
    """Return what every door said, and which reading request wrote something, with the statement.

    Where HEAD says to a few what GET did, and where the methods that no view takes are refused to a few,
    the others are taken to be answered so too; where not, all are asked.
    """
    answers: Answers = {}
    written: list[str] = []
    for door in doors:
        said = answers.setdefault(door.name, {})
        for method in METHODS:
            likely = ""
            if method not in {"GET", "POST"}:
                few = [_asked(clients[role], method, door, written) for role in FEW]
                likely = _likely(few, said["GET"] if method == "HEAD" else REFUSED)
            said[method] = likely or "".join(_asked(clients[role], method, door, written) for role in ROLES)
    return answers, written


def _likely(few: Sequence[str], letters: str) -> str:
    """Return the letters if the few had just those; those who are signed out may be told to sign in."""
    supposed = few[0] * 2 + letters[2:]
    return supposed if few == [supposed[ROLES.index(role)] for role in FEW] else ""


def without_token(doors: Sequence[Door], client: Client) -> dict[str, int]:
    """Return the status with which each door answers a POST that no page of ours sent."""
    return {door.name: _undone(client, "POST", door.address).status_code for door in doors}


def _asked(client: Client, method: str, door: Door, written: list[str]) -> str:
    statements: list[str] = []

    def noticed(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if WRITES.match(sql):
            statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noticed):
        response = _undone(client, method, door.address)
    if response.status_code == 403:
        statements = [one for one in statements if not NOTED.match(one)]
    if method in {"GET", "HEAD", "OPTIONS"}:
        written += [f"{method} {door.name}: {one[:120]}" for one in statements]
    return _letter(response)


def _undone(client: Client, method: str, address: str) -> HttpResponseBase:
    """Send a request and undo what it did: rows, and cookies of the browser."""
    cache.clear()  # no throttle counts what is asked here
    often.counter = often.Counter()
    cookies = SimpleCookie(client.cookies.output(header="", sep=";"))
    with transaction.atomic():
        response: HttpResponseBase = client.generic(method, address)
        if response.streaming:  # a file or a page that is sent in pieces is read to its end
            b"".join(cast("Iterator[bytes]", response))
            response.close()
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def _letter(response: HttpResponseBase) -> str:
    status = response.status_code
    if status in {301, 302, 303}:
        return "s" if response["Location"].startswith("/sign-in?") else "r"
    if status >= 500 and status != 503:  # 503 says that it waits for something, to whom it may say it
        return "E"
    return LETTERS.get(status, "o" if status < 300 else "n")
