"""Roles and leaving: who may change what, and that there is always an owner (E1, E4, PERM-12, PERM-13)."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from studio.accounts import leaving, roles
from studio.accounts.models import Event, Member, Project, ProjectMember, Role, Verb
from tests.conftest import MakeMember

type SignedIn = Callable[[Member], Client]


def test_an_owner_gives_a_role_and_it_holds_from_the_next_request(
    member: MakeMember, signed_in: SignedIn
) -> None:
    owner, ada = member("owner"), member("designer", name="Ada")
    hers, his = signed_in(ada), signed_in(owner)
    assert hers.get("/team/members").status_code == 403
    answer = his.post(f"/team/members/{ada.pk}", {"do": "role", "role-role": "credit_admin"})
    assert answer.status_code == 302
    assert hers.get("/team/members").status_code == 200
    his.post(f"/team/members/{ada.pk}", {"do": "role", "role-role": "designer"})
    assert hers.get("/team/members").status_code == 403
    told = Event.objects.filter(verb=Verb.ROLE_CHANGED).values_list("subject", "detail")
    assert list(told) == [
        (str(ada.pk), {"was": "credit_admin", "role": "designer"}),
        (str(ada.pk), {"was": "designer", "role": "credit_admin"}),
    ]


@pytest.mark.parametrize("role", ["designer", "reviewer", "credit_admin"])
def test_nobody_but_an_owner_opens_a_members_page(role: str, member: MakeMember, signed_in: SignedIn) -> None:
    actor, ada = member(role), member("designer", name="Ada", email="ada@example.com")
    client = signed_in(actor)
    for person in (ada, actor):
        assert client.get(f"/team/members/{person.pk}").status_code == 403
        assert (
            client.post(f"/team/members/{person.pk}", {"do": "role", "role-role": "owner"}).status_code == 403
        )
    assert not Member.objects.filter(role=Role.OWNER).exists()
    assert Client().get(f"/team/members/{ada.pk}")["Location"].startswith("/sign-in")


def test_a_strangers_id_and_an_unknown_button(member: MakeMember, signed_in: SignedIn) -> None:
    client, ada = signed_in(member("owner")), member("designer")
    assert client.get(f"/team/members/{uuid4()}").status_code == 404
    assert client.post(f"/team/members/{ada.pk}", {"do": "promote"}).status_code == 400
    assert client.post(f"/team/members/{ada.pk}", {"do": "role", "role-role": "king"}).status_code == 422
    assert client.put(f"/team/members/{ada.pk}").status_code == 405
    assert client.post("/team/members").status_code == 405


def test_nobody_changes_their_own_role_and_the_last_owner_stays(member: MakeMember) -> None:
    owner = member("owner", email="a@example.com")
    with pytest.raises(roles.RoleKept, match="own role"):
        roles.give_role(owner, Role.DESIGNER, actor=owner)
    former = member("owner", email="b@example.com")
    roles.give_role(former, Role.DESIGNER, actor=owner)
    with pytest.raises(roles.RoleKept, match="last owner"):  # who asks was an owner when the page was drawn
        roles.give_role(owner, Role.DESIGNER, actor=former)
    with pytest.raises(leaving.Stays, match="last owner"):
        leaving.let_go(owner, former, actor=former)
    with pytest.raises(leaving.Stays, match="themself"):
        leaving.let_go(owner, former, actor=owner)
    assert Member.objects.get(pk=owner.pk).is_active


def test_extra_fields_change_nothing(member: MakeMember, signed_in: SignedIn) -> None:
    client, ada = signed_in(member("owner")), member("designer", email="ada@example.com")
    more = {"is_active": "", "email": "x@example.com", "role": "owner", "notices": "9"}
    client.post(f"/team/members/{ada.pk}", {"do": "role", "role-role": "reviewer", **more})
    now = Member.objects.get(pk=ada.pk)
    assert (now.email, now.role, now.is_active, now.notices) == ("ada@example.com", "reviewer", True, 0)


def test_who_leaves_is_signed_out_at_the_next_request(member: MakeMember, signed_in: SignedIn) -> None:
    owner, ada, heir = member("owner"), member("designer", name="Ada"), member("reviewer")
    ProjectMember.objects.create(project=Project.objects.create(name="Autumn"), member=ada)
    hers, his = signed_in(ada), signed_in(owner)
    assert hers.get("/news?since=0").status_code != 302
    answer = his.post(f"/team/members/{ada.pk}", {"do": "leave", "leave-heir": heir.pk})
    assert answer.status_code == 302
    assert hers.get("/news?since=0").status_code in {302, 401}
    assert hers.get("/gallery")["Location"].startswith("/sign-in")
    now = Member.objects.get(pk=ada.pk)
    assert (now.is_active, now.has_usable_password(), now.name) == (False, False, "Ada")
    assert not ProjectMember.objects.exists()
    page = his.get("/team/members").content.decode()
    assert "1 left" in page
    assert "Ada" in page
    [event] = Event.objects.filter(verb=Verb.MEMBER_LEFT)
    assert (event.who, event.detail["heir"]) == (owner, str(heir.pk))
    his.post(f"/team/members/{ada.pk}", {"do": "leave", "leave-heir": heir.pk})  # said twice: nothing is left
    assert Event.objects.filter(verb=Verb.MEMBER_LEFT).count() == 1


def test_somebody_has_to_go_on_with_it(member: MakeMember, signed_in: SignedIn) -> None:
    client, ada = signed_in(member("owner")), member("designer")
    for heir in ("", str(ada.pk), str(uuid4()), "x"):
        answer = client.post(f"/team/members/{ada.pk}", {"do": "leave", "leave-heir": heir})
        assert (answer.status_code, Member.objects.get(pk=ada.pk).is_active) == (422, True)


def test_the_list_asks_as_often_for_many_as_for_few(member: MakeMember, signed_in: SignedIn) -> None:
    client = signed_in(member("owner"))
    client.get("/team/members")
    with CaptureQueriesContext(connection) as few:
        client.get("/team/members")
    for number in range(12):
        member("designer", email=f"d{number}@example.com")
    with CaptureQueriesContext(connection) as many:
        assert client.get("/team/members").status_code == 200
    assert len(many) == len(few)


def test_who_left_is_let_back_in_as_a_designer_without_a_password(
    member: MakeMember, signed_in: SignedIn
) -> None:
    owner, ada = member("owner"), member("owner", name="Ada")
    client, former = signed_in(owner), signed_in(ada)
    leaving.let_go(ada, owner, actor=owner)
    for _ in range(2):  # said twice is said once
        answer = client.post(f"/team/members/{ada.pk}", {"do": "back"})
        assert (answer.status_code, answer["Location"]) == (302, "/team/security")
    now = Member.objects.get(pk=ada.pk)
    assert (now.is_active, now.role, now.has_usable_password()) == (True, Role.DESIGNER, False)
    assert former.get("/gallery").status_code == 302
    [event] = Event.objects.filter(verb=Verb.MEMBER_BACK)
    assert (event.who, event.detail) == (owner, {"was": "owner"})
    assert "Let Ada back in" not in client.get(f"/team/members/{ada.pk}").content.decode()
