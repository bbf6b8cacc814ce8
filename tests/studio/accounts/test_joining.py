"""Invitations and the first owner: who holds the link joins, once for each use (E2, AUTH-08)."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from studio.accounts import inviting
from studio.accounts.inviting import Newcomer, NotInvited, NotTaken
from studio.accounts.models import Event, Invitation, Member, Role, Verb
from tests.conftest import MakeMember

PASSWORD = "a lantern in the reeds"
ROW = {"name": "Noor Vale", "email": "Noor@Example.com", "password": PASSWORD}
ASKED = {"note": "Noor", "role": "reviewer", "days": "7", "uses": "1"}
type SignedIn = Callable[[Member], Client]


@pytest.fixture(autouse=True)
def _nobody_has_guessed() -> None:
    cache.clear()


def address(response: Any) -> str:
    """Return the path of the link on the page that tells it."""
    found = re.search(r'id="invitation-address">[^<]*?(/invite/[^<]+)<', response.content.decode())
    assert found
    return found[1]


def test_who_holds_the_link_joins_and_is_signed_in(member: MakeMember, signed_in: SignedIn) -> None:
    owner = member("owner")
    link = address(signed_in(owner).post("/team/invitations", ASKED))
    visitor = Client()
    assert b"You join as reviewer" in visitor.get(link).content
    answer = visitor.post(link, ROW)
    noor = Member.objects.get(email="noor@example.com")
    assert (answer.status_code, answer["Location"], noor.role) == (302, "/", Role.REVIEWER)
    assert visitor.get("/gallery").status_code == 200
    assert noor.check_password(PASSWORD)
    verbs = list(Event.objects.filter(verb__in=[Verb.INVITED, Verb.MEMBER_JOINED]).values_list("who", "verb"))
    assert verbs == [(noor.pk, Verb.MEMBER_JOINED), (owner.pk, Verb.INVITED)]
    again = Client().post(link, {**ROW, "email": "other@example.com"})
    assert (again.status_code, Member.objects.count()) == (404, 2)


def test_the_secret_is_kept_as_its_hash_alone(member: MakeMember) -> None:
    made, secret = inviting.invite(member("owner"), role=Role.DESIGNER, uses=1, days=1)
    assert secret not in str(Invitation.objects.filter(pk=made.pk).values()[0])
    assert secret not in str(list(Event.objects.values()))


@pytest.mark.parametrize("why", ["expired", "revoked", "used", "guessed", "first"])
def test_a_link_that_is_none_gives_one_sentence(why: str, member: MakeMember) -> None:
    owner = member("owner")
    made, secret = inviting.invite(owner, role=Role.DESIGNER, uses=1, days=1)
    changes: dict[str, dict[str, Any]] = {
        "expired": {"expires_at": timezone.now()},
        "revoked": {"revoked_at": timezone.now()},
        "used": {"used": 1},
        "first": {"by": None},
    }
    Invitation.objects.filter(pk=made.pk).update(**changes.get(why, {"note": "as it was"}))
    path = f"/invite/{'x' * 43 if why == 'guessed' else secret}"
    for answer in (Client().get(path), Client().post(path, ROW)):
        assert (answer.status_code, inviting.NOT_OPEN in answer.content.decode()) == (404, True)
    assert list(Member.objects.all()) == [owner]


def test_guessing_is_slowed_down(db: None) -> None:
    answers = [Client().get(f"/invite/{number}").status_code for number in range(21)]
    assert answers == [404] * 20 + [429]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("password", "short"),
        ("password", "password1234"),
        ("password", "noor@example.com"),
        ("email", "owner@example.com"),
        ("email", "no address"),
        ("name", ""),
        ("name", "a\u202eb"),
        ("name", "n" * 81),
    ],
)
def test_what_is_refused_is_said_and_what_was_typed_stays(field: str, text: str, member: MakeMember) -> None:
    _, secret = inviting.invite(
        member("owner", email="owner@example.com"), role=Role.DESIGNER, uses=1, days=1
    )
    answer = Client().post(f"/invite/{secret}", {**ROW, field: text})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
    assert (Member.objects.count(), Invitation.objects.get().used) == (1, 0)


def test_no_more_join_than_the_link_is_for(member: MakeMember) -> None:
    _, secret = inviting.invite(member("owner"), role=Role.DESIGNER, uses=2, days=1)
    now = timezone.now()
    for number in range(2):
        inviting.join(secret, Newcomer(name="N", email=f"n{number}@example.com", password=PASSWORD), now)
    with pytest.raises(NotInvited):
        inviting.join(secret, Newcomer(name="N", email="n3@example.com", password=PASSWORD), now)
    with pytest.raises(NotInvited):
        inviting.find(secret, now + timedelta(days=2))


def test_only_owners_invite(member: MakeMember, signed_in: SignedIn) -> None:
    made, _ = inviting.invite(member("owner"), role=Role.DESIGNER, uses=1, days=1)
    for role in ("designer", "reviewer", "credit_admin"):
        client = signed_in(member(role))
        assert client.get("/team/invitations").status_code == 403
        assert client.post("/team/invitations", ASKED).status_code == 403
        assert client.post(f"/team/invitations/{made.pk}/revoke").status_code == 403
    assert Client().get("/team/invitations").status_code == 302
    assert Invitation.objects.filter(revoked_at=None).count() == 1


def test_a_link_is_taken_back_once(member: MakeMember, signed_in: SignedIn) -> None:
    owner = member("owner")
    made, secret = inviting.invite(owner, role=Role.DESIGNER, uses=5, days=1)
    client = signed_in(owner)
    for _ in range(2):
        assert client.post(f"/team/invitations/{made.pk}/revoke").status_code == 302
    assert Client().get(f"/invite/{secret}").status_code == 404
    assert Event.objects.filter(verb=Verb.INVITATION_REVOKED).count() == 1
    assert client.get(f"/team/invitations/{made.pk}/revoke").status_code == 405
    assert client.post(f"/team/invitations/{owner.pk}/revoke").status_code == 404
    assert "Revoked" in client.get("/team/invitations").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"uses": "2", "role": "owner"},
        {"uses": "0"},
        {"uses": "9" * 9},
        {"days": "-1"},
        {"role": "king"},
        {"note": "\x00"},
    ],
)
def test_a_link_with_terms_that_cannot_be_is_not_made(
    wrong: dict[str, str], member: MakeMember, signed_in: SignedIn
) -> None:
    answer = signed_in(member("owner")).post("/team/invitations", {**ASKED, **wrong})
    assert (answer.status_code, Invitation.objects.count()) == (422, 0)
    assert "Noor" in answer.content.decode() or "note" in wrong


def test_a_member_who_opens_a_link_uses_nothing_up(member: MakeMember, signed_in: SignedIn) -> None:
    owner = member("owner")
    _, secret = inviting.invite(owner, role=Role.OWNER, uses=1, days=1)
    answer = signed_in(owner).post(f"/invite/{secret}", ROW)
    assert "You are signed in as" in answer.content.decode()
    assert Member.objects.count() == 1


def test_a_new_studio_is_nobodys_until_the_printed_link_is_opened(db: None) -> None:
    assert Client().post("/setup", ROW).status_code == 404
    assert Client().post("/setup/guessed", ROW).status_code == 404
    assert not Member.objects.exists()
    former, secret = inviting.set_up(), inviting.set_up()
    assert Client().get(f"/setup/{former}").status_code == 404
    assert Client().get(f"/invite/{secret}").status_code == 404
    visitor = Client()
    assert "Nobody is here yet" in visitor.get("/sign-in").content.decode()
    assert "first owner" in visitor.get(f"/setup/{secret}").content.decode()
    answer = visitor.post(f"/setup/{secret}", ROW)
    assert (answer.status_code, answer["Location"]) == (302, "/team/key")
    assert visitor.get("/team/key").status_code == 200  # the password was told a moment ago: not asked again
    assert "Nobody is here yet" not in Client().get("/sign-in").content.decode()
    assert [(one.role, one.name) for one in Member.objects.all()] == [(Role.OWNER, "Noor Vale")]
    assert visitor.get("/team/invitations").status_code == 200
    assert Client().post(f"/setup/{secret}", {**ROW, "email": "b@example.com"}).status_code == 404
    assert inviting.set_up() is None


def test_the_link_of_a_new_studio_ends(db: None) -> None:
    secret = inviting.set_up()
    assert secret
    later = timezone.now() + timedelta(hours=inviting.SETUP_HOURS, seconds=1)
    with pytest.raises(NotInvited):
        inviting.find(secret, later, first=True)


def test_a_printed_link_is_worth_nothing_once_there_is_somebody(member: MakeMember) -> None:
    secret = inviting.set_up()
    assert secret
    member("owner")
    with pytest.raises(NotInvited):
        inviting.join(
            secret, Newcomer(name="N", email="n@example.com", password=PASSWORD), timezone.now(), first=True
        )


def test_the_command_prints_the_link_once_more(member: MakeMember) -> None:
    said = StringIO()
    call_command("setup_link", stdout=said)
    assert "/setup/" in said.getvalue()
    member("owner")
    with pytest.raises(CommandError, match="has members"):
        call_command("setup_link")


def test_an_address_is_nobodys_twice(member: MakeMember) -> None:
    member("designer", email="noor@example.com")
    _, secret = inviting.invite(member("owner"), role=Role.DESIGNER, uses=1, days=1)
    with pytest.raises(NotTaken, match="cannot be used"):
        inviting.join(secret, Newcomer(name="N", email="NOOR@example.com", password=PASSWORD), timezone.now())
    assert Invitation.objects.get().used == 0


MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}


def test_a_link_is_mailed_where_there_is_a_server(
    member: MakeMember, signed_in: SignedIn, settings: Any
) -> None:
    settings.MAILERS = MAILERS
    client = signed_in(member("owner", name="Olivia"))
    answer = client.post("/team/invitations", ASKED | {"to": "noor@example.com"})
    [sent] = mail.outbox
    assert sent.to == ["noor@example.com"]
    assert address(answer) in sent.body
    assert "Olivia invites you" in sent.body
    assert b"on its way to <b>noor@example.com</b>" in answer.content
    assert client.post("/team/invitations", ASKED | {"to": "noor"}).status_code == 422
    assert len(mail.outbox) == 1


def test_a_server_that_fails_is_said_and_the_link_is_there(
    member: MakeMember, signed_in: SignedIn, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_message: EmailMessage) -> None:
        raise ConnectionRefusedError

    settings.MAILERS = MAILERS
    monkeypatch.setattr(EmailMessage, "send", refuse)
    answer = signed_in(member("owner")).post("/team/invitations", ASKED | {"to": "noor@example.com"})
    assert b"send it yourself" in answer.content
    assert address(answer)


def test_without_a_server_nothing_is_asked_of_mail(member: MakeMember, signed_in: SignedIn) -> None:
    client = signed_in(member("owner"))
    assert b"Mail it to" not in client.get("/team/invitations").content
    assert client.post("/team/invitations", ASKED | {"to": "noor@example.com"}).status_code == 200
    assert not mail.outbox
