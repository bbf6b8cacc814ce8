"""The navigation of the team's pages: what stands, and what the reader may open."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from studio.accounts.models import Member, Role

NAV = Template('{% include "components/teamnav.html" %}')


def drawn(role: Role, path: str = "/team") -> str:
    member = Member(email="nav@studio.test", name="N", role=role)
    return NAV.render(Context({"user": member, "request": RequestFactory().get(path)}))


def test_an_admin_sees_the_page_of_credits_as_the_current_one() -> None:
    assert '<a href="/team" aria-current="page">' in drawn(Role.CREDIT_ADMIN)


def test_a_page_below_another_marks_only_its_own() -> None:
    assert drawn(Role.OWNER, "/team/unknown").count("aria-current") == 1
    assert drawn(Role.OWNER, "/teams").count("aria-current") == 0


@pytest.mark.parametrize("role", [Role.DESIGNER, Role.REVIEWER])
def test_who_is_no_admin_is_shown_no_door_that_is_shut(role: Role) -> None:
    assert 'href="/team"' not in drawn(role)


def test_a_page_that_does_not_stand_is_not_named() -> None:
    assert "/team/nowhere" not in drawn(Role.OWNER)
