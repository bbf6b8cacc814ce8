"""Members: one spelling of an address, roles and what they open, initials and colour."""

import pytest
from django.db import IntegrityError, transaction
from pytest_django.fixtures import Settings

from studio import settings as studio_settings
from studio.accounts.models import Event, Member, Role, Verb
from tests.conftest import MakeMember

pytestmark = pytest.mark.django_db


def test_an_address_has_one_spelling() -> None:
    ada = Member.objects.create_user("  Ada@Studio.Example ", "a long password", name="Ada")
    assert ada.email == "ada@studio.example"
    assert Member.objects.get_by_natural_key("ADA@studio.example") == ada
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.create_user("ADA@STUDIO.EXAMPLE", name="Another")
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.update(email="Ada@studio.example")


def test_a_member_needs_an_address() -> None:
    with pytest.raises(ValueError, match="address"):
        Member.objects.create_user(" ", name="Nobody")


def test_nobody_signs_in_as_a_member_without_a_password(member: MakeMember) -> None:
    assert not member().has_usable_password()


def test_a_password_is_kept_as_argon2(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = studio_settings.PASSWORD_HASHERS
    ada = Member.objects.create_user("ada@studio.example", "a long password", name="Ada")
    assert ada.password.startswith("argon2$argon2id$")
    assert ada.check_password("a long password")


def test_createsuperuser_makes_an_owner() -> None:
    assert Member.objects.create_superuser("owner@studio.example", "a long password", name="Olu").is_owner


@pytest.mark.parametrize(
    ("role", "admin", "owner"),
    [
        (Role.DESIGNER, False, False),
        (Role.REVIEWER, False, False),
        (Role.CREDIT_ADMIN, True, False),
        (Role.OWNER, True, True),
    ],
)
def test_what_a_role_opens(member: MakeMember, role: Role, admin: bool, owner: bool) -> None:
    person = member(role)
    assert (person.is_admin, person.is_owner) == (admin, owner)


def test_the_database_knows_no_other_role(member: MakeMember) -> None:
    member()
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.update(role="root")


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Ada Lovelace", "AL"), ("ada", "A"), ("Ada King Lovelace", "AL"), ("", "A"), ("Ökonom ß", "ÖSS")],
)
def test_initials_are_of_the_first_and_last_word(name: str, initials: str) -> None:
    assert Member(email="a@studio.example", name=name).initials == initials


def test_a_colour_is_one_of_eight_and_stays(member: MakeMember) -> None:
    ada = member()
    assert ada.hue in range(8)
    assert Member.objects.get(pk=ada.pk).hue == ada.hue


def test_an_event_says_who_did_what(member: MakeMember) -> None:
    ada = member(name="Ada")
    Event.note(Verb.CREDITS_GRANTED, who=ada, subject="Bob", amount=5)
    Event.note(Verb.KEY_GOOD, who=None)
    assert [str(event) for event in Event.objects.order_by("pk")] == [
        "Ada granted credits Bob",
        "The studio saw a key work again",
    ]
