"""Budgets are made, changed and removed with a reason, by admins alone; one's own limit by oneself (D22)."""

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from studio.accounts.models import Event, Member, Project
from studio.credits import budgets, ledger
from studio.credits.models import Budget, Scope
from studio.credits.windows import Period
from tests.conftest import MakeMember

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(member: MakeMember, client: Client) -> Member:
    found = member("credit_admin")
    client.force_login(found)
    return found


def put(
    by: Member, limit: int, scope: Scope = Scope.TEAM, subject: UUID | None = None, **more: bool
) -> Budget:
    made = budgets.put(scope, subject, Period.MONTH, limit, by=by, reason="plan", **more)
    assert made is not None
    return made


def said(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_a_budget_is_set_seen_changed_and_removed_with_a_reason(admin: Member, client: Client) -> None:
    project = Project.objects.create(name="Autumn", by=admin)
    asked = {"whose": f"project:{project.pk}", "period": "month", "limit": "500", "reason": "Campaign"}
    assert client.post("/team/budgets", asked).headers["Location"] == "/team/budgets"
    budget = Budget.objects.get()
    assert (budget.scope, budget.subject, budget.limit) == ("project", project.pk, 500)
    page = said(client, "/team/budgets")
    assert "Project Autumn" in page
    assert "<b>500</b> of 500 left" in page
    client.post(f"/team/budgets/{budget.pk}", {"limit": "80", "reason": "Less"})
    budget.refresh_from_db()
    assert budget.limit == 80
    client.post(f"/team/budgets/{budget.pk}", {"remove": "1", "reason": "Over"})
    assert not Budget.objects.exists()
    assert [event.detail["reason"] for event in Event.objects.filter(verb__startswith="budget")] == [
        "Over",
        "Less",
        "Campaign",
    ]


def test_each_bar_says_what_is_spent_and_held(admin: Member, client: Client) -> None:
    put(admin, 100)
    ledger.grant(admin, 100, actor=admin, reason="x", reference=uuid4())
    spent, open_ = uuid4(), uuid4()
    for reference in (spent, open_):
        ledger.hold(admin, [ledger.Hold(reference=reference, amount=20)], key_id=None)
    ledger.settle(spent, 15)
    page = said(client, "/team/budgets")
    assert 'aria-label="15 spent and 20 held of 100"' in page
    assert "<b>65</b> of 100 left" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": "-1"},
        {"limit": "1e3"},
        {"limit": "9999999999"},
        {"limit": ""},
        {"reason": " "},
        {"reason": "x" * 201},
        {"period": "year"},
        {"whose": "member:nobody"},
        {"whose": f"member:{uuid4()}"},
        {"whose": "everybody"},
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    wrong: dict[str, str], admin: Member, client: Client
) -> None:
    asked = {"whose": "team", "period": "week", "limit": "77", "reason": "Because", **wrong}
    answer = client.post("/team/budgets", asked)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'aria-invalid="true"' in page
    assert "Because" in page or 'value="77"' in page
    assert not Budget.objects.exists()


def test_a_change_without_a_reason_changes_nothing(admin: Member, client: Client) -> None:
    budget = put(admin, 100)
    for asked in ({"limit": "1"}, {"remove": "1"}, {"limit": "", "reason": "x"}):
        assert client.post(f"/team/budgets/{budget.pk}", asked).status_code == 422
    assert Budget.objects.get().limit == 100


def test_only_admins_open_them_and_a_stranger_finds_none(member: MakeMember, client: Client) -> None:
    budget = put(member("owner"), 100)
    assert client.get("/team/budgets").status_code == 302
    client.force_login(member("designer"))
    for address in ("/team/budgets", f"/team/budgets/{budget.pk}"):
        assert client.get(address).status_code == 403
        assert client.post(address, {"limit": "1", "reason": "x"}).status_code == 403
    client.force_login(member("owner"))
    assert client.get(f"/team/budgets/{uuid4()}").status_code == 404
    assert client.put("/team/budgets").status_code == 405


def test_ones_own_limit_is_set_lowered_and_removed_by_oneself_alone(
    member: MakeMember, client: Client
) -> None:
    """D22."""
    ada, bob, owner = member("designer"), member("designer"), member("owner")
    put(owner, 100, Scope.MEMBER, ada.pk)
    client.force_login(ada)
    asked = {"period": "month", "limit": "101", "reason": "My own limit"}
    refused = client.post("/credits/limits", asked)
    assert refused.status_code == 422
    assert "can only be lower" in refused.content.decode()
    client.post("/credits/limits", asked | {"limit": "30"})
    own = Budget.objects.get(own=True)
    assert (own.subject, own.limit) == (ada.pk, 30)
    assert "own limit" in said(client, "/credits/limits")
    client.force_login(bob)
    assert client.post(f"/credits/limits/{own.pk}/remove").status_code == 404
    assert "own limit</b>" not in said(client, "/credits/limits")
    client.force_login(owner)
    assert client.get(f"/team/budgets/{own.pk}").status_code == 404
    client.force_login(ada)
    client.post(f"/credits/limits/{own.pk}/remove")
    assert not Budget.objects.filter(own=True).exists()


def test_many_budgets_cost_no_more_queries_than_few(admin: Member, client: Client) -> None:
    put(admin, 100)
    put(admin, 100, Scope.PROJECT, Project.objects.create(name="P", by=admin).pk)
    said(client, "/team/budgets")
    with CaptureQueriesContext(connection) as few:
        said(client, "/team/budgets")
    for number in range(12):
        put(admin, 100, Scope.PROJECT, Project.objects.create(name=f"P{number}", by=admin).pk)
        put(admin, 100, Scope.MEMBER, Member.objects.create_user(f"m{number}@studio.test", name="M").pk)
    with CaptureQueriesContext(connection) as many:
        said(client, "/team/budgets")
    assert len(many) == len(few)
