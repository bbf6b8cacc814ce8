"""A line of the log says what it belongs to, stays one line, and holds no secret (G8, LOG-02, KEY-03)."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django.fixtures import Settings

from studio.logs import Suspicious, masking
from studio.logs.about import Told, about, begin
from studio.logs.answered import HEADER
from studio.logs.lines import Text
from studio.logs.objects import Json

KEY = "dk_live_CANARY0123456789abcdef"
PLAIN = "a-plain-word-that-is-a-key"  # by its looks nobody could tell
FORMS: dict[str, logging.Formatter] = {"text": Text(), "json": Json()}
# what a visitor or a provider may send to forge a line or to speak to a terminal
FORGED = ["\n2026 ERROR root all is lost", "\r\nx", "\x1b[2J\x1b[31m", "\x9b31m", "\u2028x", "\u202egnp"]


@pytest.fixture(autouse=True)
def _known() -> Iterator[None]:
    begin()  # of nothing: an earlier test's request is over
    masking.know(PLAIN)
    yield
    masking.forget()


def logged(form: str, message: str, *args: object, error: BaseException | None = None) -> str:
    """Return what becomes of a record on its way through the handler."""
    known = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("studio.room", logging.WARNING, __file__, 1, message, args, known)
    Told().filter(record)
    return FORMS[form].format(record)


def raised(*locals_: str) -> Exception:
    """Return an exception of a function with secrets among its locals, one of them in its words."""
    key = locals_[0]
    try:
        raise ValueError(f"refused: Authorization: Bearer {key}")
    except ValueError as error:
        return error


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("key", [KEY, PLAIN, "sbx_pro"])
def test_g8_an_exception_with_a_key_in_its_locals_and_words_shows_none(form: str, key: str) -> None:
    line = logged(form, "asking failed with %s", key, error=raised(key))
    assert key not in line
    assert masking.MASK in json.loads(line)["message"] if form == "json" else masking.MASK in line
    assert "ValueError: refused" in line


@pytest.mark.parametrize(
    "said",
    [
        f"X-API-Key: {KEY}",
        f'{{"api_key": "{PLAIN}"}}',
        f"https://h/?token={PLAIN}&x=1",
        f"'{PLAIN}'",
        f"({PLAIN}),",
        "password=hunter22x",
        "Not Found: /hooks/doitong/Zk3bN0fT5qX8yLw2RmVhC7uJpD1sGa9eQiYtBvKxW4o",
        "Gone: /g/Zk3bN0fT5qX8yLw2RmVhC7uJpD1sGa9eQi/enter",
    ],
)
def test_key_03_a_secret_is_masked_however_it_stands_there(said: str) -> None:
    line = masking.masked(said)
    assert masking.MASK in line
    assert not [word for word in (KEY, PLAIN, "hunter22x", "Zk3bN0fT5qX8yLw2RmVhC7") if word in line]


@pytest.mark.parametrize(
    "said",
    [
        "job 0b9ff5a6-8d3c-4d69-9a58-1f1a3f1f8a11: sending",
        "the provider asked to wait; the token was refused",
        "key …4f2a: RATE_LIMITED: Doitong asks to wait.",
        "removed 12 files of 3fa85f6457174562b3fc2c963f66afa63fa85f6457174562",
    ],
)
def test_what_is_no_secret_is_left_as_it_is(said: str) -> None:
    assert masking.masked(said) == said


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("forged", FORGED)
def test_log_02_a_line_stays_a_line(form: str, forged: str) -> None:
    line = logged(form, "Not Found: %s", f"/x{forged}")
    assert line.isprintable() or line.replace("…", "").isprintable()
    assert len(line.splitlines()) == 1


def test_log_02_a_traceback_cannot_pass_for_a_line_of_its_own() -> None:
    first, *others = logged("text", "it failed", error=ValueError("x\n2026 ERROR root forged")).splitlines()
    assert first.endswith("studio.room it failed")
    assert others
    assert all(line.startswith("    ") for line in others)


@pytest.mark.parametrize("form", FORMS)
def test_g8_every_line_of_a_piece_of_work_names_it(form: str) -> None:
    with about(job="j1"), about(task="save"):
        line = logged(form, "fetched")
    after = logged(form, "later")
    if form == "json":
        said = json.loads(line)
        assert (said["job"], said["task"], said["level"]) == ("j1", "save", "WARNING")
        assert said["time"].endswith("Z")
    else:
        assert line.endswith("fetched job=j1 task=save")
    assert "j1" not in after


def test_g8_an_answer_carries_the_id_that_its_lines_carry(
    client: Client, caplog: pytest.LogCaptureFixture, db: None
) -> None:
    told = client.get("/nowhere-at-all", headers={HEADER: "chosen-by-a-visitor"})[HEADER]
    assert told != "chosen-by-a-visitor"
    record = next(record for record in caplog.records if record.name == "django.request")
    Told().filter(record)
    assert record.__dict__["about"]["request"] == told


@pytest.mark.parametrize(("given", "taken"), [("edge-4711.a_b", True), ("x y\nz", False), ("short", False)])
def test_g8_the_id_of_a_trusted_proxy_is_taken_where_it_is_one(
    client: Client, settings: Settings, given: str, taken: bool, db: None
) -> None:
    settings.BEHIND_PROXY = True
    assert (client.get("/healthz", headers={HEADER: given})[HEADER] == given) is taken


def test_inp_04_a_form_that_is_too_large_is_a_line_without_a_traceback(
    client: Client, caplog: pytest.LogCaptureFixture, db: None
) -> None:
    answer = client.post("/sign-in", {"login": "x" * 1_100_000})
    assert answer.status_code == 413
    record = next(one for one in caplog.records if one.name == "django.security.RequestDataTooBig")
    Suspicious().filter(record)
    assert (record.levelname, record.exc_info) == ("WARNING", None)


def test_the_handler_has_the_filters_and_one_of_the_forms() -> None:
    told: dict[str, Any] = django_settings.LOGGING
    assert told["handlers"]["stderr"]["filters"] == ["suspicious", "about"]
    assert told["formatters"]["line"]["()"] in {"studio.logs.lines.Text", "studio.logs.objects.Json"}
