"""A known key goes through every path, good and bad, at DEBUG, and is found nowhere (KEY-03 to KEY-08).

Looked for in plain, reversed, in hex and in base64 at each offset; in all values of the database,
in the log, in answers, in reprs, and in Django's error pages with DEBUG on and off.
"""

import base64
import logging
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.signals import got_request_exception
from django.http import HttpRequest
from django.test import Client
from django.views.debug import ExceptionReporter
from pytest_django.fixtures import Settings

from studio.accounts import keys, sealing
from studio.accounts.models import Event, Key
from studio.accounts.reporting import Filter
from studio.doitong import NotSent, ServerError, Unauthorized
from tests.conftest import MakeMember
from tests.studio.accounts.conftest import OTHER, Provider

pytestmark = pytest.mark.django_db

CANARY = "dk_live_CANARYcanaryCANARY77"


def disguises(text: str) -> list[bytes]:
    """The forms in which a text could hide."""
    raw = text.encode()
    shifted = [base64.b64encode(b"x" * offset + raw)[4:-4] for offset in range(3)]
    return [
        raw,
        raw[::-1],
        raw.hex().encode(),
        raw.hex().upper().encode(),
        text.encode("utf-16-le"),
        *shifted,
    ]


def found(text: str, haystack: str | bytes) -> bool:
    """Whether the text is in there, in any disguise."""
    data = haystack if isinstance(haystack, bytes) else haystack.encode("utf-8", "surrogatepass")
    data += data.replace(b"-", b"+").replace(b"_", b"/")
    return any(disguise in data for disguise in disguises(text))


def everything_stored() -> Iterator[str]:
    for model in apps.get_models():
        for row in model._base_manager.values_list():
            yield repr(row)


@pytest.mark.parametrize("number", range(8))
def test_a_planted_key_would_be_found(number: int) -> None:
    hidden = disguises(CANARY)[number]
    assert found(CANARY, b"some text " + hidden + b" more text")
    assert not found(CANARY, b"some text more text")


def test_no_path_of_a_key_leaves_it_anywhere(
    member: MakeMember, doitong: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    ada = member("owner")
    caplog.set_level(logging.DEBUG)
    shown: list[str] = []
    for error in (Unauthorized("401"), NotSent("refused"), ServerError("500"), None):
        doitong.error = error
        try:
            shown.append(repr(keys.save_key(member=ada, text=CANARY, plan="pro", actor=ada)))
        except keys.KeyProblem as problem:
            shown += [repr(problem), str(problem), problem.sentence, repr(problem.__cause__)]
    key = Key.objects.get()
    shown += [repr(keys.secret_of(key)), repr(key), str(key), repr(key.__dict__)]
    keys.try_key(key, actor=ada)
    keys.save_key(member=ada, text=OTHER, plan="pro", actor=ada)
    keys.disable(key, ada)
    for place in (*everything_stored(), caplog.text, *map(repr, caplog.records), *shown):
        assert not found(CANARY, place)


ODD = (f'"{CANARY}"', f"{CANARY}\0", f"{CANARY} x", f"{CANARY}\nx", CANARY * 20)


@pytest.mark.parametrize("text", [CANARY, *ODD])
def test_no_page_gives_a_pasted_key_back(
    member: MakeMember, client: Client, doitong: Provider, text: str
) -> None:
    client.force_login(member("owner"))
    doitong.error = Unauthorized("401")
    data = {"do": "save", "plan": "pro", "key": text}
    for path in ("/account/key", "/team/key"):
        answer = client.post(path, data)
        assert answer.status_code == 422
        assert not found(CANARY, answer.content)
        assert not found(CANARY, repr(answer.headers))
        assert not found(CANARY, repr(dict(client.session)))


def test_a_saved_key_is_on_no_page(member: MakeMember, client: Client, doitong: Provider) -> None:
    ada = member("owner")
    client.force_login(ada)
    client.post("/account/key", {"do": "save", "plan": "pro", "key": CANARY})
    assert Key.objects.get().member == ada
    for path in ("/account/key", "/team/key", "/credits", "/team"):
        content = client.get(path).content
        assert not found(CANARY, content)
        assert not re.search(rb"ARY77|NARY77", content)


def explode(*_args: object, **_kwargs: object) -> None:
    raise RuntimeError("An unforeseen fault")


FAULTS: dict[str, tuple[Any, str]] = {
    "asking the provider": (Provider, "test_key"),
    "sealing": (sealing, "AESGCM"),
    "saving the row": (Key, "save"),
    "noting it": (Event, "note"),
}


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("fault", FAULTS)
def test_key_04_an_error_page_shows_no_key(
    member: MakeMember,
    doitong: Provider,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    debug: bool,
) -> None:
    settings.DEBUG = debug
    client = Client(raise_request_exception=False)
    client.force_login(member("owner"))
    monkeypatch.setattr(*FAULTS[fault], explode)
    reports: list[str] = []

    def report(request: HttpRequest, **_rest: object) -> None:
        reporter = ExceptionReporter(request, *sys.exc_info())
        reporter.filter = Filter()
        reports.extend((reporter.get_traceback_html(), reporter.get_traceback_text()))

    got_request_exception.connect(report)
    try:
        client.post("/account/key", {"do": "save", "plan": "pro", "key": CANARY})
    finally:
        got_request_exception.disconnect(report)
    assert len(reports) == 2
    for text in reports:
        assert "An unforeseen fault" in text
        assert not found(CANARY, text)
