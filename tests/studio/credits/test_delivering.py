"""Mail and webhook: sent once by one of many, tried again with growing pauses, in nobody's way (D7)."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from pytest_django.fixtures import Settings

from studio.accounts import vault
from studio.accounts.models import Member
from studio.credits import alerts, budgets, delivering, hooksigning, telling
from studio.credits.models import Alert, Delivery, Notice, Oversight, Scope, Way
from studio.credits.windows import Period
from studio.doitong import Secret, SendError
from tests.conftest import MakeMember

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LOCMEM = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerts, "_listeners", [])


def some_alert(member: MakeMember) -> tuple[Member, Alert]:
    ada = member(name="Ada", email="ada@studio.example")
    made = budgets.put(Scope.MEMBER, ada.pk, Period.MONTH, 100, by=member("owner"), reason="a start")
    assert made is not None
    alerts.crossed(made.pk, NOW, 0, 80, 100)
    return ada, Alert.objects.get(told_at=None)


def with_hook() -> Secret:
    secret = hooksigning.fresh()
    Oversight.objects.create(
        hook_url="https://hooks.example/x", sealed_hook_secret=hooksigning.sealed(secret)
    )
    return secret


class TestMail:
    """What the mail server is given."""

    def test_each_is_mailed_once_with_a_link_that_changes_nothing(
        self, member: MakeMember, settings: Settings
    ) -> None:
        settings.MAILERS = LOCMEM
        _, alert = some_alert(member)
        telling.tell(alert.pk, NOW)
        telling.tell(alert.pk, NOW + timedelta(minutes=1))
        assert min(sent.to[0] for sent in mail.outbox) == "ada@studio.example"
        assert len(mail.outbox) == 2
        to_ada = next(sent for sent in mail.outbox if sent.to == ["ada@studio.example"])
        assert to_ada.subject == "[Studio] Ada’s budget: 80 % used this month"
        assert to_ada.body.endswith(f"{settings.PUBLIC_URL}/credits\n")
        assert "images of 1024 × 1024" in to_ada.body

    def test_without_a_server_it_is_told_in_the_app_alone(self, member: MakeMember) -> None:
        _, alert = some_alert(member)
        telling.tell(alert.pk, NOW)
        assert Notice.objects.count() == 2
        assert not Delivery.objects.exists()
        assert mail.outbox == []

    def test_a_failure_undoes_nothing_and_is_tried_again(
        self, member: MakeMember, settings: Settings
    ) -> None:
        settings.MAILERS = {"default": {"BACKEND": f"{__name__}.Broken"}}
        _, alert = some_alert(member)
        telling.tell(alert.pk, NOW)
        assert Notice.objects.count() == 2
        delivery = Delivery.objects.filter(to="ada@studio.example").get()
        assert (delivery.tries, delivery.done_at) == (1, None)
        assert delivery.trouble == "The mail server did not take it (ConnectionRefusedError)."
        settings.MAILERS = LOCMEM
        telling.tell(alert.pk, NOW + timedelta(seconds=5))
        assert mail.outbox == []
        later = NOW + timedelta(seconds=20)
        assert telling.waiting(later) == [alert.pk]
        telling.tell(alert.pk, later)
        assert len(mail.outbox) == 2
        delivery.refresh_from_db()
        assert (delivery.tries, delivery.done_at, delivery.trouble) == (2, later, "")


class Broken:
    """A mail server that is not there."""

    def __init__(self, **_options: object) -> None: ...

    def send_messages(self, _messages: object) -> int:
        raise ConnectionRefusedError


class TestHook:
    """What the webhook's receiver is given."""

    def test_it_is_signed_and_says_what_happened(self, member: MakeMember) -> None:
        secret = with_hook()
        _, alert = some_alert(member)
        calls: list[tuple[str, bytes, dict[str, str]]] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(delivering, "_post", lambda *call: calls.append(call))
            for _ in range(2):
                telling.tell(alert.pk, NOW)
        [(url, body, headers)] = calls
        assert url == "https://hooks.example/x"
        told = json.loads(body)
        assert told["type"] == "budget.threshold"
        assert told["data"]["percent"] == 80
        assert headers["webhook-id"] == str(alert.pk)
        assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
        key = base64.b64decode(secret.reveal().removeprefix("whsec_"))
        signed = f"{alert.pk}.{int(NOW.timestamp())}.".encode() + body
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{expected}"

    def test_it_is_given_up_after_the_last_try(self, member: MakeMember) -> None:
        with_hook()
        _, alert = some_alert(member)
        tries, now = 0, NOW

        def post(*_call: object) -> None:
            nonlocal tries
            tries += 1
            raise SendError("The receiver answered with status 500.")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(delivering, "_post", post)
            for _ in range(20):
                telling.tell(alert.pk, now)
                now += timedelta(days=1)
        assert tries == len(delivering.PAUSES) + 1
        delivery = Delivery.objects.get(way=Way.HOOK)
        assert delivery.next_at is None
        assert delivery.trouble == "The receiver answered with status 500."
        assert telling.waiting(now) == []

    def test_of_two_that_would_send_one_does(self, member: MakeMember) -> None:
        with_hook()
        _, alert = some_alert(member)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(delivering, "deliver", lambda *_: None)
            telling.tell(alert.pk, NOW)
        one = Delivery.objects.get(way=Way.HOOK)
        two = Delivery.objects.get(way=Way.HOOK)
        sent: list[object] = []
        assert delivering.deliver(one, NOW, post=lambda *call: sent.append(call))
        assert not delivering.deliver(two, NOW, post=lambda *call: sent.append(call))
        assert len(sent) == 1

    def test_a_secret_that_does_not_open_is_a_sentence(self, member: MakeMember) -> None:
        Oversight.objects.create(hook_url="https://hooks.example/x", sealed_hook_secret="v1:k9:AAAA:AAAA")
        _, alert = some_alert(member)
        telling.tell(alert.pk, NOW)
        assert Delivery.objects.get(way=Way.HOOK).trouble == (
            "The webhook’s secret cannot be opened with this keyring."
        )

    def test_key_12_it_is_sealed_anew_with_the_keys(self) -> None:
        secret = with_hook()
        before = Oversight.present().sealed_hook_secret
        vault.reseal()
        assert Oversight.present().sealed_hook_secret != before
        assert hooksigning.present() == secret

    def test_the_secret_is_nowhere_in_plain(self) -> None:
        secret = with_hook()
        assert secret.reveal() not in str(Oversight.objects.values().get())
        assert secret == hooksigning.present()
