"""A demonstration's buttons: a role without a password, on this machine alone."""

from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from studio.accounts.models import Member
from tests.conftest import MakeMember

pytestmark = pytest.mark.django_db


@pytest.fixture
def demonstration(settings: Settings) -> None:
    settings.DEMO = True
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "studio.example"]


HERE: dict[str, Any] = {"HTTP_HOST": "127.0.0.1:8000"}


@pytest.mark.usefixtures("demonstration")
@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "localhost", "[::1]:8000"])
def test_a_button_signs_in_as_the_role(client: Client, member: MakeMember, host: str) -> None:
    reviewer = member("reviewer")
    assert b"or try it as" in client.get("/sign-in", HTTP_HOST=host).content
    answer = client.post("/sign-in/as/reviewer", HTTP_HOST=host)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(reviewer.pk)


@pytest.mark.usefixtures("demonstration")
def test_only_roles_that_somebody_has_are_offered(client: Client, member: MakeMember) -> None:
    member("owner")
    Member.objects.filter(pk=member("reviewer").pk).update(is_active=False)
    page = client.get("/sign-in", **HERE).content
    assert b"/sign-in/as/owner" in page
    assert b"/sign-in/as/reviewer" not in page
    assert client.post("/sign-in/as/reviewer", **HERE).status_code == 404


@pytest.mark.usefixtures("demonstration")
def test_one_may_change_the_role_and_the_session_is_new(client: Client, member: MakeMember) -> None:
    member("designer")
    owner = member("owner")
    client.post("/sign-in/as/designer", **HERE)
    before = client.session.session_key
    client.post("/sign-in/as/owner", **HERE)
    assert client.session["_auth_user_id"] == str(owner.pk)
    assert client.session.session_key != before


@pytest.mark.usefixtures("demonstration")
@pytest.mark.parametrize("extra", [
    {"REMOTE_ADDR": "192.0.2.7"},
    {"HTTP_HOST": "studio.example"},
    {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
    {"HTTP_FORWARDED": "for=127.0.0.1"},
    {"HTTP_X_REAL_IP": "127.0.0.1"},
])  # fmt: skip
def test_nobody_from_elsewhere_signs_in_so(client: Client, member: MakeMember, extra: dict[str, str]) -> None:
    member("owner")
    asked = HERE | extra
    assert client.post("/sign-in/as/owner", **asked).status_code == 404
    assert b"or try it as" not in client.get("/sign-in", **asked).content
    assert "_auth_user_id" not in client.session


def test_there_are_no_buttons_outside_a_demonstration(client: Client, member: MakeMember) -> None:
    member("owner")
    assert client.post("/sign-in/as/owner", **HERE).status_code == 404
    assert b"or try it as" not in client.get("/sign-in", **HERE).content


@pytest.mark.usefixtures("demonstration")
def test_other_doors_of_it_are_closed(client: Client, member: MakeMember) -> None:
    member("owner")
    assert client.get("/sign-in/as/owner", **HERE).status_code == 405
    assert client.post("/sign-in/as/root", **HERE).status_code == 404
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/sign-in/as/owner", **HERE).status_code == 403


@pytest.mark.usefixtures("demonstration")
@pytest.mark.parametrize(("address", "to"), [("/credits", "/credits"), ("//evil.example", "/"), ("", "/")])
def test_it_leads_to_the_page_that_was_wanted(
    client: Client, member: MakeMember, address: str, to: str
) -> None:
    member("owner")
    assert client.post("/sign-in/as/owner", {"next": address}, **HERE)["Location"] == to
