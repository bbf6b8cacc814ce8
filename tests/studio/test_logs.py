"""The log tells a refusal in a line and keeps the traceback of an error."""

import logging
from collections.abc import Callable

import pytest
from django.test import Client

from studio.accounts.models import Member
from studio.credits import queries
from tests.conftest import MakeMember

pytestmark = pytest.mark.django_db

type SignIn = Callable[[Member], Client]


@pytest.mark.parametrize(("path", "status"), [("/team", 403), ("/nowhere", 404), ("/credits?show=x", 404)])
def test_a_refusal_is_one_line(
    member: MakeMember, signed_in: SignIn, caplog: pytest.LogCaptureFixture, path: str, status: int
) -> None:
    assert signed_in(member()).get(path).status_code == status
    (record,) = [record for record in caplog.records if record.name == "django.request"]
    assert (record.levelno, record.exc_info, record.exc_text) == (logging.WARNING, None, None)
    assert path.partition("?")[0] in record.getMessage()


def test_an_error_keeps_its_traceback(
    member: MakeMember,
    signed_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError("An unforeseen fault")

    monkeypatch.setattr(queries, "page", breaks)
    browser = signed_in(member())
    browser.raise_request_exception = False
    assert browser.get("/credits").status_code == 500
    (record,) = [record for record in caplog.records if record.name == "django.request"]
    assert record.levelno == logging.ERROR
    assert "An unforeseen fault" in caplog.text
