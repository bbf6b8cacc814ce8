"""What is grave asks once more who one is, and then goes on with what was typed (AUTH-10)."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client

from studio.accounts import inviting
from studio.accounts.models import Event, Member, Role, Verb
from studio.credits import asking, budgets
from studio.credits.models import Scope
from studio.credits.windows import Period

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
CONFIRM = "/account/confirm"
type Door = Callable[[Member, Member], tuple[str, dict[str, str]]]


def _role(_owner: Member, ada: Member) -> tuple[str, dict[str, str]]:
    return f"/team/members/{ada.pk}", {"do": "role", "role-role": "reviewer"}


def _leaving(owner: Member, ada: Member) -> tuple[str, dict[str, str]]:
    return f"/team/members/{ada.pk}", {"do": "leave", "leave-heir": str(owner.pk)}


def _invitation(_owner: Member, _ada: Member) -> tuple[str, dict[str, str]]:
    return "/team/invitations", {"note": "Noor", "role": "reviewer", "days": "7", "uses": "1"}


def _revoking(owner: Member, _ada: Member) -> tuple[str, dict[str, str]]:
    made, _ = inviting.invite(owner, role=Role.DESIGNER, uses=1, days=7, note="Bo")
    return f"/team/invitations/{made.pk}/revoke", {}


def _grant(_owner: Member, ada: Member) -> tuple[str, dict[str, str]]:
    return f"/team/{ada.pk}/grant", {"amount": "50", "reason": "More", "reference": str(uuid4())}


def _budget(_owner: Member, _ada: Member) -> tuple[str, dict[str, str]]:
    return "/team/budgets", {"whose": "team", "period": "month", "limit": "500", "reason": "Plan"}


def _other_limit(owner: Member, ada: Member) -> tuple[str, dict[str, str]]:
    made = budgets.put(Scope.MEMBER, ada.pk, Period.DAY, 9, by=owner, reason="Plan")
    assert made is not None
    return f"/team/budgets/{made.pk}", {"limit": "80", "reason": "Less"}


def _request(_owner: Member, ada: Member) -> tuple[str, dict[str, str]]:
    asked = asking.ask(ada, 200, "The autumn series", pk=uuid4())
    return f"/team/requests/{asked.pk}", {"amount": "150", "decision": "grant"}


def _price(_owner: Member, _ada: Member) -> tuple[str, dict[str, str]]:
    return "/team/alerts", {"thresholds": "50, 80", "price": "0.0125", "currency": "CHF"}


def _hook(_owner: Member, _ada: Member) -> tuple[str, dict[str, str]]:
    return "/team/alerts/hook", {"url": "https://hooks.example/x"}


DOORS: list[Door] = [
    _role,
    _leaving,
    _invitation,
    _revoking,
    _grant,
    _budget,
    _other_limit,
    _request,
    _price,
    _hook,
]


def deeds() -> int:
    """Return how much was done, as the audit trail says it; trying passwords is nothing done."""
    return Event.objects.exclude(verb=Verb.SIGN_IN_FAILED).count()


@pytest.fixture
def owner(db: None) -> Member:
    cache.clear()
    return Member.objects.create_user("owner@studio.example", PASSWORD, name="Olga", role="owner")


@pytest.fixture
def ada(db: None) -> Member:
    return Member.objects.create_user("ada@studio.example", name="Ada")


@pytest.fixture
def browser(owner: Member) -> Client:
    client = Client()
    client.force_login(owner)
    return client


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__[1:])
def test_auth_10_it_is_asked_first_and_then_done_as_typed(
    door: Door, owner: Member, ada: Member, browser: Client
) -> None:
    address, typed = door(owner, ada)
    before = deeds()
    asked = browser.post(address, typed)
    where = urlsplit(asked["Location"])
    assert (where.path, parse_qs(where.query)) == (CONFIRM, {"next": [address]})
    assert browser.post(CONFIRM, {"password": "wrong horse battery", "next": address}).status_code == 200
    assert deeds() == before, "it was done before it was confirmed"
    done = browser.post(CONFIRM, {"password": PASSWORD, "next": address})
    assert done.status_code in {200, 302}
    assert deeds() > before
    again, typed = door(owner, ada)
    assert CONFIRM not in browser.post(again, typed).get("Location", ""), "a quarter of an hour is remembered"


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__[1:])
def test_auth_10_who_has_nothing_to_confirm_with_is_not_asked(door: Door, owner: Member, ada: Member) -> None:
    guest = Member.objects.create_user("demo@studio.example", name="Demo", role="owner")
    client = Client()
    client.force_login(guest)
    address, typed = door(owner, ada)
    before = deeds()
    assert CONFIRM not in client.post(address, typed).get("Location", "")
    assert deeds() > before


def test_auth_10_what_is_refused_afterwards_still_stands_in_the_form(ada: Member, browser: Client) -> None:
    address, typed = f"/team/{ada.pk}/grant", {"amount": "0", "reason": "A <special> reason"}
    browser.post(address, typed)
    answer = browser.post(CONFIRM, {"password": PASSWORD, "next": address})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "A &lt;special&gt; reason" in page
    assert f'action="{address}"' in page


def test_auth_10_htmx_is_led_to_the_whole_page(ada: Member, browser: Client) -> None:
    address = f"/team/{ada.pk}/grant"
    answer = browser.post(address, {"amount": "5"}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"].startswith(f"{CONFIRM}?next=")


def test_auth_10_who_may_not_is_refused_and_not_asked(ada: Member, client: Client) -> None:
    ada.set_password(PASSWORD)
    ada.save()
    client.force_login(ada)
    assert client.post("/team/budgets", {"limit": "5"}).status_code == 403
