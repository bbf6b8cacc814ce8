"""Other doors and spellings lead to the same verdict; what is an admin's stays theirs (PERM-06, PERM-11)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from studio.accounts.models import Event, Key, KeyState, Member, Verb
from studio.credits import ledger
from tests.conftest import MakeMember
from tests.gallery import factories

pytestmark = pytest.mark.django_db
type SignedIn = Callable[[Member], Client]
SPELLINGS: dict[str, Callable[[str], str]] = {
    "upper": str.upper,
    "blank before": lambda text: f"%20{text}",
    "blank after": lambda text: f"{text}%20",
    "slash": lambda text: f"{text}/",
    "two slashes": lambda text: f"/{text}",
    "dot": lambda text: f"./{text}",
    "coded dot": lambda text: f"%2e/{text}",
    "coded hyphen": lambda text: text.replace("-", "%2D"),
    "underscores": lambda text: text.replace("-", "_"),
    "no hyphens": lambda text: text.replace("-", ""),
    "braces": lambda text: f"{{{text}}}",
    "urn": lambda text: f"urn:uuid:{text}",
    "NUL": lambda text: f"{text}%00",
    "zeros": lambda text: f"0{text}",
    "a list": lambda text: f"{text},{text}",
    "a semicolon": lambda text: f"{text};x=1",
}


@pytest.fixture
def hers(member: MakeMember) -> dict[str, str]:
    """Return addresses of what is one designer's own and private, by what it is, with the id in braces."""
    image = factories.image(member("designer", name="Ada"), "a private dune", visibility="private")
    return {
        f"/images/{image.uuid}": str(image.uuid),
        f"/images/{image.uuid}/original": str(image.uuid),
        f"/jobs/{image.job_id}": str(image.job_id),
        f"/runs/{image.job.run_id}": str(image.job.run_id),
        f"/runs/{image.job.run_id}/export.csv": str(image.job.run_id),
        f"/experiments/{image.job.run.experiment_id}": str(image.job.run.experiment_id),
    }


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_perm_06_no_spelling_of_an_id_opens_it(
    spelled: str, hers: dict[str, str], member: MakeMember, signed_in: SignedIn
) -> None:
    stranger = signed_in(member("designer"))
    for address, one in hers.items():
        other = address.replace(one, SPELLINGS[spelled](one))
        assert stranger.get(other).status_code in {400, 404}, other
        assert stranger.post(other).status_code in {400, 404, 405}, other


def test_perm_06_no_query_leads_past_the_rule(
    hers: dict[str, str], member: MakeMember, signed_in: SignedIn
) -> None:
    bob = member("designer")
    own = factories.image(bob, "a heron of his own")
    stranger, ones = signed_in(bob), list(dict.fromkeys(hers.values()))
    for query in ("{0}[]={1}", "{0}={1}&{0}={2}", "{0}={2}&{0}={1}", "{0}={1}%00"):
        for page, name, one in (
            ("/", "draft", ones[2]),
            ("/gallery", "run", ones[2]),
            ("/compare", "image", ones[0]),
        ):
            answer = stranger.get(f"{page}?{query.format(name, one, own.uuid)}")
            assert answer.status_code < 500
            assert b"a private dune" not in answer.content


def test_perm_09_nothing_of_a_request_says_where_a_key_is_sent(
    member: MakeMember, signed_in: SignedIn, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.accounts import provider

    asked: list[str] = []

    def made(**told: Any) -> Any:
        asked.append(told["base_url"])
        return type("Good", (), {"test_key": lambda _self: None})()

    monkeypatch.setattr(provider, "Client", made)
    evil = "https://evil.example"
    more = dict.fromkeys(("url", "base_url", "api_base", "DOITONG_URL", "endpoint", "host", "key.url"), evil)
    owner = signed_in(member("owner"))
    headers = {"x-forwarded-host": "evil.example", "x-doitong-url": evil, "origin": "http://testserver"}
    form = {"do": "save", "plan": "pro", "key": "dk_live_4uHq8ZpW2mNc7RtYx9Lb", **more}
    assert owner.post(f"/team/key?base_url={evil}", form, headers=headers).status_code == 302
    assert owner.post("/team/key", {"do": "try", **more}, headers=headers).status_code == 302
    assert asked == [settings.DOITONG_URL] * 2


TAIL, REASON, NOTE = "Z9q7", "Doitong says: account 4711 is closed", "a bonus for the autumn"
ADMINS = {
    "key tail": ("/team/key", TAIL, {"owner"}),
    "audit log": ("/team/audit", NOTE, {"owner", "credit_admin"}),
    "balance of others": ("/team", "7,777", {"owner", "credit_admin"}),
    "statement of all": ("/team/statement", NOTE, {"owner", "credit_admin"}),
    "members' addresses": ("/team/members", "carol@private.example", {"owner", "credit_admin"}),
    "health": ("/team/health", "Watcher", {"owner", "credit_admin"}),
}
EVERYWHERE = (
    "/",
    "/gallery",
    "/credits",
    "/history",
    "/queue",
    "/account/key",
    "/news?since=0",
    "/meter",
    "/credits/statement",
)


@pytest.fixture
def secrets_of_the_team(member: MakeMember) -> None:
    """Have a team's key with a tail and a reason, somebody's balance, and a line of the trail."""
    carol = member("designer", name="Carol", email="carol@private.example")
    owner = member("owner", name="Olga")
    ledger.grant(carol, 7_777, actor=owner, reason=NOTE, reference=UUID(int=7))
    Event.note(Verb.ANNOUNCED, who=owner, text=NOTE)
    Key.objects.create(
        sealed="v1:x", fingerprint="team", last4=TAIL, state=KeyState.REFUSED, state_reason=REASON
    )


@pytest.mark.parametrize("role", ["designer", "reviewer", "credit_admin", "owner"])
@pytest.mark.parametrize("field", ADMINS)
def test_perm_10_a_field_is_shown_to_whom_it_is_for(
    field: str, role: str, member: MakeMember, signed_in: SignedIn, secrets_of_the_team: None
) -> None:
    address, shown, roles = ADMINS[field]
    client = signed_in(member(role))
    for headers in ({}, {"HX-Request": "true"}, {"accept": "application/json"}):
        answer = client.get(address, headers=headers)
        assert (answer.status_code == 200) is (role in roles), answer.status_code
        text = b"".join(answer) if answer.streaming else answer.content
        assert role in roles or shown.encode() not in text


@pytest.mark.parametrize("role", ["designer", "reviewer"])
def test_perm_10_no_page_of_everybody_tells_a_field_of_admins(
    role: str, member: MakeMember, signed_in: SignedIn, secrets_of_the_team: None
) -> None:
    client = signed_in(member(role))
    for address in EVERYWHERE:
        for headers in ({}, {"HX-Request": "true"}, {"accept": "application/json"}):
            answer = client.get(address, headers=headers)
            text = b"".join(answer) if answer.streaming else answer.content
            for hidden in (TAIL, REASON, NOTE, "7,777", "7777", "carol@private.example"):
                assert hidden.encode() not in text, f"{address}: {hidden}"


WAYS = (
    {"authorization": "Bearer a-token-of-the-metrics-1234"},
    {"authorization": "Basic b3duZXI6b3duZXI="},
    {"x-api-key": "sbx_pro"},
    {"x-remote-user": "owner-1@studio.example", "remote-user": "owner-1@studio.example"},
    {"cookie": "sessionid=1; studio-session=1; __Host-studio-session=1"},
    {"x-http-method-override": "GET", "x-original-url": "/healthz", "x-rewrite-url": "/healthz"},
)


@pytest.mark.parametrize("headers", WAYS, ids=lambda headers: next(iter(headers)))
def test_perm_11_there_is_no_second_way_in(
    headers: dict[str, str], client: Client, member: MakeMember, settings: Settings
) -> None:
    settings.METRICS_TOKEN = "a-token-of-the-metrics-1234"
    member("owner")
    for address in ("/", "/gallery", "/team", "/team/audit", "/account/key", "/credits/statement", "/news"):
        asked = client.get(address, headers=headers)
        assert (asked.status_code, asked["Location"].split("?")[0]) == (302, "/sign-in")
        assert client.get(f"{address}?bypass_filter=true&token=x&user=1").status_code == 302
