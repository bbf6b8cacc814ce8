"""The error pages stand where nothing else does: without a database, and without style sheets (WEB-09)."""

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import OperationalError
from django.test import RequestFactory

from studio import away


def answered(error: Exception) -> tuple[int, str]:
    try:
        raise error
    except type(error):
        response = away.server_error(RequestFactory().get("/"))
    return response.status_code, response.content.decode()


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (RuntimeError("oh"), 500, "The studio had an error"),
        (OperationalError("locked"), 503, "The database does not answer just now"),
    ],
)
def test_they_are_drawn_where_no_static_file_was_collected(
    error: Exception,
    status: int,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert says in answered(error)[1]
    assert "stylesheet" in answered(error)[1]

    def missing(name: str) -> str:
        raise ValueError(f"Missing staticfiles manifest entry for {name!r}")

    monkeypatch.setattr(staticfiles_storage, "url", missing)
    found, page = answered(error)
    assert (found, says in page) == (status, True)
    assert "stylesheet" not in page
    assert "not collected" in caplog.text
