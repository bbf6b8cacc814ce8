"""What holds for every answer and every request, whatever the view."""

import io
from collections.abc import Callable
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from django.test import Client

from studio import politeness
from tests.conftest import MakeMember
from tests.house import House

type SignIn = Callable[[object], Client]

CODECS = ["utf-16", "utf-7", "utf-32", "latin-1", "idna", "hex", "rot13", "undefined", "unicode_escape"]


@pytest.mark.parametrize(
    "path", ["/", "/gallery", "/credits", "/account/key", "/patterns", "/news", "/nowhere"]
)
def test_pages_with_data_are_not_kept(
    path: str, member: MakeMember, signed_in: Callable[[object], Client]
) -> None:
    answer = signed_in(member()).get(path)
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("charset", CODECS)
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=X"])
@pytest.mark.parametrize("path", ["/sign-in", "/runs", "/composer/estimate"])
@pytest.mark.django_db
def test_another_charset_is_refused_before_it_is_read(path: str, kind: str, charset: str) -> None:
    answer = Client().generic("POST", path, b"template=%d8", content_type=f"{kind}; charset={charset}")
    assert answer.status_code == 415
    assert b"UTF-8" in answer.content


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8"])
@pytest.mark.django_db
def test_utf_8_by_any_spelling_is_read(charset: str) -> None:
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    assert Client().generic("POST", "/sign-in", b"login=a&password=b", content_type=kind).status_code == 422


@pytest.mark.parametrize(
    "there",
    [
        "http://[bad",
        "//[bad",
        "http://localhost/evil",
        "//evil.example",
        "/\\evil.example",
        "abc",
        "?x",
        "#a",
    ],
)
@pytest.mark.django_db
def test_a_sign_in_leads_nowhere_else_and_never_fails(there: str, member: MakeMember) -> None:
    person = member()
    person.set_password("a long enough word")
    person.save()
    page = Client().get("/sign-in", {"next": there})
    assert page.status_code == 200
    form = {"login": person.email, "password": "a long enough word", "next": there}
    answer = Client().post("/sign-in", form)
    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize("page", ["http://[bad", "//evil.example/x", "javascript:alert(1)", "", "x"])
@pytest.mark.django_db
def test_a_fragment_asked_for_signed_out_leads_to_the_sign_in(page: str) -> None:
    answer = Client().get("/news", headers={"HX-Request": "true", "HX-Current-URL": page})
    assert answer["HX-Redirect"].startswith("/sign-in?next=%2F")
    assert "evil" not in answer["HX-Redirect"]


# --- too much at once (INP-04) ------------------------------------------------------------------

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def designer(member: MakeMember, signed_in: SignIn) -> Client:
    return signed_in(member())


@pytest.mark.parametrize("path", ["/runs", "/composer/estimate", "/library/lists/new", "/sign-in"])
def test_a_form_above_the_limit_is_told_the_limit_and_the_way_on(path: str, designer: Client) -> None:
    answer = designer.generic("POST", path, b"template=" + b"x" * 1_000_000, content_type=FORM)
    page = answer.content.decode()
    assert answer.status_code == 413
    assert "A form may have 1 MB of text" in page
    assert "Go back, where what you wrote still stands" in page


def test_a_page_is_told_beside_what_is_typed_in_it(designer: Client) -> None:
    body, headers = b"template=" + b"x" * 1_000_000, {"HX-Request": "true"}
    answer = designer.generic("POST", "/composer/estimate", body, content_type=FORM, headers=headers)
    assert (answer.status_code, answer["HX-Retarget"], answer["HX-Reswap"]) == (413, "#toasts", "afterbegin")
    assert "<html" not in answer.content.decode()


def test_too_many_fields_are_told_how_many_there_may_be(designer: Client) -> None:
    answer = designer.generic("POST", "/composer/estimate", b"a=1&" * 201, content_type=FORM)
    assert answer.status_code == 400
    assert "A form may have 200 fields" in answer.content.decode()


def test_what_is_not_read_is_dropped_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert politeness.drop_the_rest(io.BytesIO(b"x" * 200_000)) == 200_000
    monkeypatch.setattr(politeness, "MOST_DROPPED", 100_000)
    assert politeness.drop_the_rest(io.BytesIO(b"x" * 1_000_000)) == 2 * politeness.PIECE
    times = iter([0.0, 1.0, 11.0])
    assert politeness.drop_the_rest(io.BytesIO(b"x" * 90_000), clock=lambda: next(times)) == politeness.PIECE


@pytest.mark.parametrize("path", ["/composer/estimate", "/nowhere", "/healthz"])
def test_a_refused_body_leaves_the_connection_as_it_was(path: str, running_studio: House) -> None:
    """Before, the refusal itself was lost: the server closed upon a browser that was still sending."""
    connection = HTTPConnection(str(urlsplit(running_studio.url).netloc), timeout=60)
    for _ in range(2):
        connection.request("POST", path, b"template=" + b"x" * 5_000_000, {"Content-Type": FORM})
        answer = connection.getresponse()
        answer.read()
        assert 400 <= answer.status < 500
    connection.close()
