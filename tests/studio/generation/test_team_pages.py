"""The team's pages of projects, defaults, words and the banner: who opens them, what they keep and refuse."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from studio.accounts import projects
from studio.accounts.models import Announcement, Event, Member, Policy, Project, Verb
from studio.generation.models import Standard, WordRule
from tests.conftest import MakeMember
from tests.studio.generation.pages import SignedIn, text

pytestmark = pytest.mark.django_db
ADMIN_PAGES = ("/team/defaults", "/team/words", "/team/banner")


@pytest.fixture
def admin(member: MakeMember) -> Member:
    return member("credit_admin", name="Casey")


@pytest.fixture
def tab(admin: Member, signed_in: SignedIn) -> Client:
    return signed_in(admin)


def verbs() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("verb", flat=True))


def test_the_pages_are_for_who_looks_after_the_team(member: MakeMember, signed_in: SignedIn) -> None:
    theirs = signed_in(member("designer"))
    for page in ADMIN_PAGES:
        assert (theirs.get(page).status_code, theirs.post(page, {}).status_code) == (403, 403)
        assert Client().get(page)["Location"].startswith("/sign-in")
    assert "You are in no project" in text(theirs.get("/team/projects"))
    assert theirs.post("/team/projects", {"name": "Mine"}).status_code == 403
    assert not Project.objects.exists()


def test_a_project_is_made_changed_archived_and_reopened(
    tab: Client, admin: Member, member: MakeMember, signed_in: SignedIn
) -> None:
    ada, stranger = member("designer", name="Ada"), member("designer", email="s@example.com")
    there = tab.post("/team/projects", {"name": " Autumn  issue ", "note": "Covers"})["Location"]
    project = Project.objects.get(name="Autumn issue")
    assert signed_in(ada).get(there).status_code == 404
    tab.post(there, {"do": "people", "members": [ada.pk, admin.pk]})
    hers = signed_in(ada)
    assert "Autumn issue" in text(hers.get("/team/projects"))
    assert "Covers" in text(hers.get(there))
    assert hers.post(there, {"do": "archive"}).status_code == 403
    assert signed_in(stranger).get(there).status_code == 404
    for act in ("archive", "archive", "reopen"):
        assert tab.post(there, {"do": act}).status_code == 302
    tab.post(there, {"do": "change", "name": "Winter issue", "note": "", "others_approve": "on"})
    project.refresh_from_db()
    assert (project.name, project.archived_at, project.others_approve) == ("Winter issue", None, True)
    assert [verb for verb in verbs() if verb.startswith("project.")] == [
        Verb.PROJECT_MADE,
        Verb.PROJECT_MEMBERS,
        Verb.PROJECT_ARCHIVED,
        Verb.PROJECT_REOPENED,
        Verb.PROJECT_CHANGED,
    ]


@pytest.mark.parametrize("name", ["", "AUTUMN", "general", "x" * 81, "a\u200bb"])
def test_a_name_that_cannot_be_is_refused_and_what_was_typed_stays(name: str, tab: Client) -> None:
    Project.objects.create(name="Autumn")
    answer = tab.post("/team/projects", {"name": name, "note": "Kept words"})
    assert (answer.status_code, Project.objects.count()) == (422, 1)
    assert "Kept words" in text(answer)


def test_bad_ids_and_buttons_of_a_project(tab: Client, admin: Member) -> None:
    there = f"/team/projects/{projects.make('Autumn', '', admin).pk}"
    assert tab.get(f"/team/projects/{uuid4()}").status_code == 404
    assert tab.post(there, {"do": "burn"}).status_code == 400
    assert tab.post(there, {"do": "people", "members": ["x", str(uuid4())]}).status_code == 422
    assert tab.post(there, {"do": "change", "name": ""}).status_code == 422
    assert tab.put(there).status_code == 405


def test_the_list_of_projects_asks_as_often_for_many_as_for_few(tab: Client, admin: Member) -> None:
    projects.make("First", "", admin)
    tab.get("/team/projects")
    with CaptureQueriesContext(connection) as few:
        tab.get("/team/projects")
    for number in range(9):
        projects.make(f"Project {number}", "", admin)
    with CaptureQueriesContext(connection) as many:
        tab.get("/team/projects")
    assert len(many) == len(few)


def test_defaults_are_kept_for_a_role_and_said_twice_noted_once(tab: Client) -> None:
    there = "/team/defaults?for=role-designer"
    for _ in range(2):
        assert (
            tab.post(there, {"largest": "1k", "most_images": "24", "qualities": ["draft"]}).status_code == 302
        )
    row = Standard.objects.get()
    assert (row.scope, row.subject, row.largest, row.most_images) == ("role", "designer", "1k", 24)
    assert "up to 1K, 24 images a run, draft" in text(tab.get("/team/defaults"))
    assert verbs().count(Verb.STANDARD_CHANGED) == 1
    assert tab.get("/team/defaults?for=role-king").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"most_images": "-1"},
        {"most_images": "9" * 12},
        {"most_images": "1e3"},
        {"largest": "9k"},
        {"qualities": ["best"]},
        {"size": "2k", "largest": "512"},
        {"quality": "high", "qualities": ["draft"]},
    ],
)
def test_caps_that_cannot_be_are_refused(wrong: dict[str, object], tab: Client) -> None:
    answer = tab.post("/team/defaults", {"ask_above": "31", **wrong})
    assert (answer.status_code, Standard.objects.exists()) == (422, False)
    assert 'value="31"' in text(answer)


def test_prompts_are_hidden_and_shown_again(tab: Client) -> None:
    tab.post("/team/defaults/prompts", {"private": "1"})
    assert Policy.present().private_prompts
    tab.post("/team/defaults/prompts", {})
    assert not Policy.present().private_prompts
    assert verbs().count(Verb.POLICY_CHANGED) == 2


def test_a_rule_about_words_is_made_and_taken_away(tab: Client) -> None:
    assert tab.post("/team/words", {"text": "blood", "kind": "blocked", "note": "Why"}).status_code == 302
    again = tab.post("/team/words", {"text": "Blood", "kind": "blocked", "note": "Other"})
    assert (again.status_code, "is blocked already" in text(again), "Other" in text(again)) == (
        422,
        True,
        True,
    )
    rule = WordRule.objects.get()
    assert "blood" in text(tab.get("/team/words"))
    assert tab.post(f"/team/words/{rule.pk}/away").status_code == 302
    assert tab.post(f"/team/words/{rule.pk}/away").status_code == 404
    assert verbs()[-2:] == [Verb.WORD_RULED, Verb.WORD_FREED]


def test_the_banner_is_kept_escaped_and_taken_away(tab: Client) -> None:
    tab.post("/team/banner", {"text": "<b>New</b> disks", "ends_at": "2999-01-01T10:00"})
    assert "&lt;b&gt;New&lt;/b&gt; disks" in text(tab.get("/credits"))
    assert Announcement.objects.get().by is not None
    for ends in ("2001-01-01T10:00", "tonight", "99999-01-01T10:00"):
        assert tab.post("/team/banner", {"text": "Old", "ends_at": ends}).status_code == 422
    tab.post("/team/banner", {"text": ""})
    assert 'id="banner"' not in text(tab.get("/credits"))
    assert verbs().count(Verb.ANNOUNCED) == 2
