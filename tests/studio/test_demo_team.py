"""`demo_team`: who is there afterwards, with what, and that twice is the same as once."""

from collections.abc import Iterator

import httpx
import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from studio.accounts import keys
from studio.accounts.models import Key, Member, Role
from studio.accounts.provider import use
from studio.credits.models import Account, Entry
from studio.doitong import Client, Secret
from studio.management.commands.demo_team import CREDITS, TEAM

pytestmark = pytest.mark.django_db


@pytest.fixture
def _demonstration(settings: Settings) -> None:
    settings.DEMO = True


@pytest.fixture
def answer() -> dict[str, int]:
    """Return what the provider answers to a key that is tried; a test may change it."""
    return {"status": 200}


@pytest.fixture(autouse=True)
def _provider(answer: dict[str, int]) -> Iterator[None]:
    """Stand for the sandbox."""

    def reply(request: httpx.Request) -> httpx.Response:
        return httpx.Response(answer["status"], json={"data": {"__typename": "Query"}})

    with httpx.Client(transport=httpx.MockTransport(reply)) as http:

        def client(secret: Secret) -> Client:
            return Client(base_url="http://127.0.0.1:8001", key=secret, http=http, allow_private=True)

        with use(client):
            yield


def test_outside_a_demonstration_nobody_is_made(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="STUDIO_DEMO is not set"):
        call_command("demo_team")
    assert not Member.objects.exists()


@pytest.mark.usefixtures("_demonstration")
def test_there_is_one_member_for_each_role_with_credits_and_without_a_password() -> None:
    call_command("demo_team")
    assert {member.role for member in Member.objects.all()} == set(Role)
    assert {member.email for member in Member.objects.all()} == {email for email, _ in TEAM.values()}
    assert not any(member.has_usable_password() for member in Member.objects.all())
    assert [account.balance for account in Account.objects.all()] == [CREDITS] * len(Role)


@pytest.mark.usefixtures("_demonstration")
def test_the_team_has_the_sandbox_key() -> None:
    call_command("demo_team")
    key = Key.objects.get(member=None)
    assert keys.secret_of(key).reveal().startswith("sbx_")


@pytest.mark.usefixtures("_demonstration")
def test_twice_is_the_same_as_once() -> None:
    call_command("demo_team")
    before = (Member.objects.count(), Entry.objects.count(), Key.objects.count())
    call_command("demo_team")
    assert (Member.objects.count(), Entry.objects.count(), Key.objects.count()) == before


@pytest.mark.usefixtures("_demonstration")
def test_a_key_that_was_put_away_is_not_brought_back() -> None:
    call_command("demo_team")
    keys.disable(Key.objects.get(), Member.objects.get(role=Role.OWNER))
    call_command("demo_team")
    assert keys.key_in_use(None) is None


@pytest.mark.usefixtures("_demonstration")
def test_a_real_provider_gets_no_sandbox_key(settings: Settings) -> None:
    settings.DOITONG_URL = "https://api.doitong.com"
    call_command("demo_team")
    assert not Key.objects.exists()


@pytest.mark.usefixtures("_demonstration")
def test_a_sandbox_that_refuses_its_key_is_told_in_a_sentence(answer: dict[str, int]) -> None:
    answer["status"] = 401
    with pytest.raises(CommandError, match=r"^The sandbox did not take its own key\."):
        call_command("demo_team")
