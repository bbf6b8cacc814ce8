"""The doors of alerts and notices; the webhook's secret is shown once; money stands beside credits (D7)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from studio.accounts.models import Event, Member, Verb
from studio.credits import alerts, hooksigning, ledger, tariff, telling
from studio.credits.models import About, Account, Alert, Delivery, Notice, Oversight, Way
from studio.credits.tariff import Tariff
from tests.conftest import MakeMember

pytestmark = pytest.mark.django_db
type SignIn = Callable[[Member], Client]
URL = "https://hooks.example/x"


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    heard: list[Any] = []
    monkeypatch.setattr(alerts, "_listeners", [heard.append])
    return heard


@pytest.fixture
def admin(member: MakeMember) -> Member:
    return member("credit_admin", name="Casey")


def typed(**more: str) -> dict[str, str]:
    return {"thresholds": "50, 80, 100", "price": "", "currency": "", **more}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_what_is_told_is_changed_and_logged(admin: Member, signed_in: SignIn) -> None:
    browser = signed_in(admin)
    form = typed(thresholds="100 25% 60", price="0.0125", currency="chf", unusual="on")
    assert browser.post("/team/alerts", form).headers["Location"] == "/team/alerts"
    rules = Oversight.present()
    assert (rules.percents, rules.mail, rules.unusual) == ([25, 60, 100], False, True)
    assert (rules.price_micros, rules.currency, rules.changed_by) == (12_500, "CHF", admin)
    page = text(browser.get("/team/alerts"))
    assert 'value="25, 60, 100"' in page
    assert 'value="0.0125"' in page
    assert Event.objects.filter(verb=Verb.OVERSIGHT_CHANGED, who=admin).count() == 1
    browser.post("/team/alerts", form)
    assert Event.objects.filter(verb=Verb.OVERSIGHT_CHANGED).count() == 1  # nothing changed


@pytest.mark.parametrize(
    "bad",
    [
        {"thresholds": ""},
        {"thresholds": "0 50"},
        {"thresholds": "101"},
        {"thresholds": "half"},
        {"thresholds": "-5"},
        {"thresholds": "1 2 3 4 5 6 7 8 9 10 11"},
        {"price": "-1", "currency": "EUR"},
        {"price": "NaN", "currency": "EUR"},
        {"price": "Infinity", "currency": "EUR"},
        {"price": "1e99", "currency": "EUR"},
        {"price": "0.0000001", "currency": "EUR"},
        {"price": "1"},
        {"price": "1", "currency": "E€"},
    ],
    ids=str,
)
def test_nonsense_is_a_sentence_and_changes_nothing(
    admin: Member, signed_in: SignIn, bad: dict[str, str]
) -> None:
    answer = signed_in(admin).post("/team/alerts", typed(**bad))
    assert answer.status_code == 422
    assert 'class="error' in text(answer) or "errorlist" in text(answer) or "aria-invalid" in text(answer)
    assert not Oversight.objects.exists()


def test_the_secret_is_shown_once_and_kept_sealed(admin: Member, signed_in: SignIn) -> None:
    browser = signed_in(admin)
    page = text(browser.post("/team/alerts/hook", {"url": URL}))
    secret = hooksigning.present().reveal()
    assert secret in page
    assert secret not in text(browser.get("/team/alerts"))
    assert secret not in str(list(Event.objects.values()))
    assert browser.post("/team/alerts/hook", {"url": URL + "y"}).status_code == 302
    assert hooksigning.present().reveal() == secret  # another address, the same secret
    assert secret not in text(browser.post("/team/alerts/hook", {"url": URL, "anew": "1"}))
    assert hooksigning.present().reveal() != secret
    browser.post("/team/alerts/hook", {"url": ""})
    assert Oversight.present().sealed_hook_secret == ""


@pytest.mark.parametrize(
    "url", ["http://hooks.example/", "https://a:b@h.example/", "http://127.0.0.1/", "https://[::1]/", "x"]
)
def test_a_bad_address_is_a_sentence(admin: Member, signed_in: SignIn, url: str) -> None:
    answer = signed_in(admin).post("/team/alerts/hook", {"url": url})
    assert answer.status_code == 422
    assert f'value="{url}"' in text(answer)
    assert not Oversight.present().hook_url


def test_a_trial_is_sent_only_where_there_is_a_webhook(
    admin: Member, signed_in: SignIn, rung: list[Any]
) -> None:
    browser = signed_in(admin)
    browser.post("/team/alerts/hook/try")
    assert rung == []
    browser.post("/team/alerts/hook", {"url": URL})
    browser.post("/team/alerts/hook/try")
    assert Alert.objects.get(about=About.TRIED).pk == rung[0]


def test_a_failure_stands_on_the_page(admin: Member, signed_in: SignIn) -> None:
    alert = Alert.objects.create(about=About.TRIED, once="x")
    Delivery.objects.create(alert=alert, way=Way.HOOK, to=URL, title="x", body="{}", trouble="Status 500.")
    assert "Status 500." in text(signed_in(admin).get("/team/alerts"))


@pytest.mark.parametrize("path", ["/team/alerts", "/team/alerts/hook", "/team/alerts/hook/try"])
def test_who_may(path: str, member: MakeMember, client: Client, signed_in: SignIn) -> None:
    for role in ("designer", "reviewer"):
        assert signed_in(member(role)).post(path, {}).status_code == 403
    assert client.post(path).status_code == 302
    assert signed_in(member("owner")).put(path).status_code == 405


def test_notices_are_one_s_own_and_counted_until_read(member: MakeMember, signed_in: SignIn) -> None:
    ada, other = member(), member()
    alert = Alert.objects.create(about=About.LAPSED, once="x", detail={"member": str(ada.pk), "amount": 40})
    telling.tell(alert.pk)
    browser = signed_in(ada)
    page = text(browser.get("/notices"))
    assert "40 credits lapsed" in page
    assert "1 new notice" in page
    assert "40 credits lapsed" not in text(signed_in(other).get("/notices"))
    assert signed_in(other).post("/notices/read").status_code == 302
    assert Account.of(ada.pk).notices == 1
    assert browser.post("/notices/read").headers["Location"] == "/notices"
    assert Account.of(ada.pk).notices == 0
    assert "new notice" not in text(browser.get("/notices"))


@pytest.mark.parametrize("path", ["/team/alerts", "/notices"])
def test_the_pages_ask_the_same_of_few_and_of_many(path: str, admin: Member, signed_in: SignIn) -> None:
    browser = signed_in(admin)
    few = _with(browser, path, admin, 2)
    assert _with(browser, path, admin, 12) <= few


def _with(browser: Client, path: str, member: Member, many: int) -> int:
    for _ in range(many):
        alert = Alert.objects.create(about=About.TRIED, once=str(uuid4()))
        Delivery.objects.create(alert=alert, way=Way.HOOK, to=URL, title="x", body="{}")
        Notice.objects.create(alert=alert, member=member, title="x")
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(path).status_code == 200
    return len(seen)


class TestMoney:
    """What credits are worth."""

    @pytest.mark.parametrize(
        ("micros", "amount", "worth"),
        [
            (12_500, 1_000, "CHF\xa012.50"),
            (12_500, 1, "CHF\xa00.01"),
            (10_000, 1_234_567, "CHF\xa012,345.67"),
            (12_500, -80, "CHF\xa0−1.00"),
            (1, 4, "CHF\xa00.00"),
            (None, 100, ""),
            (12_500, None, ""),
        ],
    )
    def test_it_is_exact(self, micros: int | None, amount: int | None, worth: str) -> None:
        assert Tariff(price_micros=micros, currency="CHF").worth(amount) == worth

    def test_a_price_comes_back_as_it_was_typed(self) -> None:
        for price in ("0.0125", "1", "100", "0.000001"):
            assert f"{tariff.decimal(tariff.micros(Decimal(price))):f}" == price

    def test_it_stands_beside_credits_where_a_price_is_named(self, admin: Member, signed_in: SignIn) -> None:
        browser = signed_in(admin)
        ledger.grant(admin, 500, actor=admin, reason="start", reference=uuid4())
        assert "CHF" not in text(browser.get("/what-if"))
        Oversight.objects.create(price_micros=12_500, currency="CHF")
        assert "CHF" in text(browser.get("/what-if"))
