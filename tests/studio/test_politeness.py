"""What holds for every answer and every request, whatever the view."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.conftest import MakeMember

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
