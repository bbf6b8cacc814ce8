"""The second factor: sealed at rest, asked for after the password, needed where an owner says so (E7)."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from studio.accounts import secondfactor, vault
from studio.accounts.models import Event, Member, Policy, Verb
from studio.accounts.sealing import SealingError
from tests.conftest import MakeMember
from tests.studio.accounts.conftest import line

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _no_tries_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ada() -> Member:
    return Member.objects.create_user("ada@studio.example", PASSWORD, name="Ada")


def code(secret: str = SECRET) -> str:
    found: str = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    return found


def with_app(member: Member) -> Authenticator:
    """Give the member an authenticator app and recovery codes."""
    found = totp.TOTP.activate(member, SECRET).instance
    RecoveryCodes.activate(member)
    return found


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def by_password(client: Client) -> Any:
    return client.post("/sign-in", {"login": "ada@studio.example", "password": PASSWORD})


def test_it_is_set_up_with_a_code_and_kept_sealed(
    client: Client, ada: Member, django_capture_on_commit_callbacks: Any
) -> None:
    by_password(client)
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    (secret,) = re.findall(r'qr__text">([A-Z2-7]{32})<', page.content.decode())
    assert 'd="M4 4h1v1h-1z' in page.content.decode()
    refused = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert b"This code is not right" in refused.content
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert done.status_code == 302
    assert Authenticator.objects.filter(user=ada).count() == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        assert secret not in str(cursor.fetchall())
    kept = Authenticator.objects.get(user=ada, type="totp").data["secret"]
    assert kept.startswith("v1:")
    assert client.session.get("mfa.totp.secret") is None
    assert Event.objects.filter(verb=Verb.FACTOR_ADDED, who=ada).exists()
    codes = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert len(re.findall(r"<li>[\d ]{8,9}</li>", codes)) == 10


def test_the_password_alone_opens_nothing(client: Client, ada: Member) -> None:
    with_app(ada)
    assert by_password(client)["Location"].startswith(reverse("mfa_authenticate"))
    assert not signed_in(client)
    assert client.get("/gallery").status_code == 302
    assert client.post(reverse("mfa_authenticate"), {"code": "123456"}).status_code in {200, 422}
    assert not signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert signed_in(client)


def test_a_code_opens_once(client: Client, client_factory: Callable[[], Client], ada: Member) -> None:
    with_app(ada)
    other, used = client_factory(), code()
    for browser, opened in ((client, True), (other, False)):
        by_password(browser)
        browser.post(reverse("mfa_authenticate"), {"code": used})
        assert signed_in(browser) is opened


def test_a_recovery_code_opens_once(
    client: Client, client_factory: Callable[[], Client], ada: Member
) -> None:
    with_app(ada)
    spare = RecoveryCodes.activate(ada).get_unused_codes()[0]
    other = client_factory()
    for browser, opened in ((client, True), (other, False)):
        by_password(browser)
        browser.post(reverse("mfa_authenticate"), {"code": spare})
        assert signed_in(browser) is opened


def test_codes_are_not_guessed_for_long(client: Client, ada: Member) -> None:
    with_app(ada)
    by_password(client)
    answers = [client.post(reverse("mfa_authenticate"), {"code": f"{n:06}"}).content for n in range(8)]
    assert b"Too many" in answers[-1]
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert not signed_in(client)


def test_where_a_role_needs_one_no_other_door_opens_until_it_is_there(
    client: Client, ada: Member, member: MakeMember
) -> None:
    owner = member("owner")
    by_password(client)
    assert secondfactor.rule(["designer", "nonsense"], owner)
    assert not secondfactor.rule(["designer"], owner)
    assert Policy.present().factor_roles == ["designer"]
    for address in ("/", "/gallery", "/credits"):
        assert client.get(address)["Location"] == reverse("mfa_index")
    assert client.get("/gallery", headers={"HX-Request": "true"})["HX-Redirect"] == reverse("mfa_index")
    assert b"needs a second factor" in client.get(reverse("mfa_index")).content
    assert client.get("/healthz").status_code == 200
    kept = with_app(ada)
    secondfactor.settle(ada)
    assert client.get("/gallery").status_code == 200
    assert not secondfactor.Adapter().can_delete_authenticator(kept)
    assert secondfactor.rule([], owner)
    assert secondfactor.Adapter().can_delete_authenticator(kept)


def test_who_gets_such_a_role_later_needs_one_too(member: MakeMember) -> None:
    owner, bob = member("owner"), member("designer")
    secondfactor.rule(["owner", "reviewer"], owner)
    owner.refresh_from_db()
    assert owner.factor_wanted
    bob.role = "reviewer"
    bob.save()
    assert bob.factor_wanted
    assert member("reviewer").factor_wanted
    assert not member("designer").factor_wanted


def test_the_keyring_is_changed_under_it(
    ada: Member, write_keyring: Callable[..., Any], settings: Any
) -> None:
    old, new = line("old"), line("new")
    write_keyring(old)
    kept = with_app(ada)
    write_keyring(new, old)
    vault.reseal()
    write_keyring(new)
    kept.refresh_from_db()
    assert kept.data["secret"].startswith("v1:new:")
    assert kept.wrap().validate_code(code())
    write_keyring(line("other"))
    with pytest.raises(SealingError):
        kept.wrap().validate_code(code())


def test_an_owner_takes_a_lost_one_away(ada: Member, member: MakeMember, client: Client) -> None:
    with_app(ada)
    client.force_login(member("owner"))
    client.post(reverse("team_security"), {"do": "forget", "who-member": str(ada.pk)})
    assert not Authenticator.objects.filter(user=ada).exists()
    assert Event.objects.filter(verb=Verb.FACTOR_REMOVED, subject=str(ada.pk)).exists()


def test_the_page_for_passkeys_is_drawn_without_a_script_of_its_own(client: Client, ada: Member) -> None:
    by_password(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_add_webauthn")).content.decode()
    assert "Add a passkey" in page
    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", page)
    assert all("application/json" in attributes for attributes in inline)
    for name in ("mfa_index", "mfa_list_webauthn", "sessions"):
        assert client.get(reverse(name)).status_code == 200
