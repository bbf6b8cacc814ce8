"""Every door of the room is asked the same questions (PERM-01, PERM-02, PERM-04, WEB-03, INP-06)."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from studio.generation import composerurls
from studio.generation.models import Draft, Job, Visibility
from studio.generation.urls import urlpatterns
from tests.conftest import MakeMember
from tests.studio.generation.pages import HTMX, SignedIn, poller, text, tiles
from tests.studio.generation.place import Place, books
from tests.studio.generation.rows import a_job, a_run, state_of
from tests.studio.generation.world import held

POSTS = {
    "estimate", "run_start", "run_cancel", "run_retry", "job_cancel", "job_retry", "job_give_up", "remix",
    "draft_discard", "job_edit", "line_cancel", "run_lane", "run_begin", "job_begin",
    "queue_do", "pause_begin", "pause_end",
    "experiment_write", "experiment_close", "experiment_reopen", "experiment_find",
}  # fmt: skip
OWN = {
    "run", "run_cancel", "run_retry", "run_lane", "run_begin", "experiment", "job_begin",
    "job", "job_cancel", "job_retry", "job_edit", "job_give_up", "run_export", "report",
    "experiment_write", "experiment_close", "experiment_reopen", "experiment_find",
}  # fmt: skip
FILES = {"run_export"}
# the provider's own door, for no person: it is asked in test_hooks; and the admins', in test_reconciling
# and tests/permissions
OTHERS = {
    "hook", "reconcile", "projects", "project", "team_defaults", "team_private_prompts",
    "team_words", "team_word_take_away", "keys_board",
}  # fmt: skip
BESIDE = {str(pattern.name) for pattern in composerurls.urlpatterns} - {"estimate"}  # test_composer
NAMES = [str(pattern.name) for pattern in urlpatterns if pattern.name not in OTHERS | BESIDE]
GETS = [name for name in NAMES if name not in POSTS]
NOBODYS = "00000000-0000-4000-8000-000000000000"
WRONG_IDS = [NOBODYS, "1", "0", "nothing", "%00", "../etc/passwd", "a" * 36]
WITHOUT_ID = {"explore", "estimate", "run_start", "line_cancel", "news", "queue", "queue_do", "pause_begin"}
WITH_ID = [name for name in NAMES if name not in WITHOUT_ID]


@pytest.mark.django_db
def test_the_admins_door_asks_who_comes_and_takes_no_other_method(
    member: MakeMember, signed_in: SignedIn
) -> None:
    door = reverse("reconcile")
    for send in (Client().get, Client().post):
        assert send(door)["Location"].startswith("/sign-in?next=")
    tab = signed_in(member("designer"))
    assert (tab.get(door).status_code, tab.post(door).status_code) == (403, 403)
    assert [tab.generic(method, door).status_code for method in ("PUT", "PATCH", "DELETE")] == [405] * 3


def test_the_list_of_doors_is_whole() -> None:
    assert set(NAMES) >= POSTS | OWN
    assert len(NAMES) == len(set(NAMES)) == 30


@pytest.mark.parametrize("name", NAMES)
def test_a_door_works_without_htmx_and_goes_to_a_page(name: str, place: Place, tab: Client) -> None:
    method = tab.post if name in POSTS else tab.get
    response = method(place.url(name), place.posted() if name in POSTS else {})
    if name == "estimate" or name == "news":
        assert response.status_code == 200
    elif name in POSTS or name == "job":
        assert response.status_code == 302
        follow = tab.get(response["Location"].partition("#")[0])
        assert follow.status_code == 200
        assert "<!doctype html>" in text(follow)
    else:
        assert response.status_code == 200
        assert name in FILES or "<!doctype html>" in text(response)


FRAGMENTS = {
    "estimate": 'id="plan"',
    "run_start": 'class="run"',
    "run_cancel": 'class="run"',
    "run_retry": 'class="run"',
    "job_cancel": 'class="tile',
    "job_retry": 'class="tile',
    "job_give_up": 'class="tile',
    "run_lane": 'class="run"',
    "run_begin": 'class="run"',
    "job_begin": 'class="tile',
    "queue": 'id="queue"',
    "queue_do": 'id="queue"',
    "pause_begin": 'id="queue"',
    "pause_end": 'id="queue"',
    "news": 'id="pulse"',
}


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_door_answers_htmx_with_its_fragment(name: str, place: Place, tab: Client) -> None:
    method = tab.post if name in POSTS else tab.get
    response = method(place.url(name), place.posted() if name in POSTS else {}, headers=HTMX)
    assert response.status_code == 200
    assert FRAGMENTS[name] in text(response)
    assert "<!doctype" not in text(response)
    if name != "news":
        assert 'id="pulse"' not in text(response)  # only the page knows what it has seen
    if name not in {"news", "estimate", "queue"}:
        assert '"pulse:ask": {"target": "#pulse"}' in response["HX-Trigger-After-Settle"]
    if name.startswith(("run", "job")):
        assert 'id="meter"' in text(response)


def test_a_remix_opens_beside_what_is_written(place: Place, tab: Client) -> None:
    response = tab.post(place.url("remix"), headers=HTMX)
    opened = Draft.objects.exclude(pk=place.draft.pk).get()
    assert response["HX-Redirect"] == f"/?draft={opened.pk}"
    page = text(tab.get(response["HX-Redirect"]))
    assert "a dune" in page or place.image.prompt in page
    place.draft.refresh_from_db()
    assert place.draft.fields == {"template": "unsent"}
    assert f"/?draft={place.draft.pk}" in page


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_somebody_signed_out_is_sent_to_sign_in(name: str, htmx: bool, place: Place) -> None:
    before = books()
    tab = Client(headers=HTMX if htmx else {})
    response = (tab.post if name in POSTS else tab.get)(place.url(name))
    target = response["HX-Redirect"] if htmx else response["Location"]
    assert response.status_code == (200 if htmx else 302)
    assert target.startswith("/sign-in?next=")
    assert books() == before


@pytest.mark.parametrize("role", ["designer", "owner"])
@pytest.mark.parametrize("name", sorted(OWN | {"remix", "draft_discard"}))
def test_anothers_objects_are_not_there_for_anybody(
    name: str, role: str, place: Place, member: MakeMember, signed_in: SignedIn
) -> None:
    before = books()
    other = signed_in(member(role))
    response = (other.post if name in POSTS else other.get)(place.url(name))
    assert response.status_code == 404
    assert "a red dune" not in text(response)
    assert books() == before


def test_anothers_wire_is_an_admins_to_read_and_nobody_elses(
    place: Place, member: MakeMember, signed_in: SignedIn
) -> None:
    seen = {
        role: signed_in(member(role)).get(place.url("wire")) for role in ("designer", "reviewer", "owner")
    }
    assert {role: answer.status_code for role, answer in seen.items()} == {
        "designer": 404, "reviewer": 404, "owner": 200,
    }  # fmt: skip
    assert "a red dune" not in text(seen["owner"])  # the run is private


def test_a_team_image_may_be_remixed_and_seen_by_all_but_its_run_not(
    place: Place, member: MakeMember, signed_in: SignedIn
) -> None:
    type(place.image).objects.update(visibility=Visibility.TEAM)
    other = member("reviewer")
    tab = signed_in(other)
    assert tab.post(place.url("remix")).status_code == 302
    assert Draft.objects.get(member=other).source == place.image
    response = tab.get(reverse("job", args=[place.done.pk]))
    assert response["Location"] == reverse("image", args=[place.image.uuid])
    assert tab.get(place.url("run")).status_code == 404


def test_a_private_image_is_hidden_through_its_job_too(
    place: Place, member: MakeMember, signed_in: SignedIn
) -> None:
    other = signed_in(member("owner"))
    assert other.get(reverse("job", args=[place.done.pk])).status_code == 404


@pytest.mark.parametrize("name", NAMES)
def test_another_method_is_not_taken(name: str, place: Place, tab: Client) -> None:
    before = books()
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - {"POST" if name in POSTS else "GET"}:
        assert tab.generic(method, place.url(name)).status_code == 405, method
    assert books() == before


@pytest.mark.parametrize("name", GETS)
def test_head_is_the_get_without_its_body(name: str, place: Place, tab: Client) -> None:
    response = tab.head(place.url(name))
    assert response.status_code == tab.get(place.url(name)).status_code
    assert response.content == b""


@pytest.mark.parametrize("name", WITH_ID)
def test_an_id_that_is_none_or_nobodys_is_not_there(name: str, place: Place, tab: Client) -> None:
    before = books()
    url = place.url(name)
    [known] = [part for part in url.split("/") if len(part) == 36]
    for wrong in WRONG_IDS:
        response = (tab.post if name in POSTS else tab.get)(url.replace(known, wrong))
        assert response.status_code == 404, wrong
    assert books() == before


@pytest.mark.parametrize("spelling", [str.upper, lambda pk: pk.replace("-", ""), lambda pk: "{" + pk + "}"])
def test_another_spelling_of_an_id_gives_nobody_more(
    spelling: Callable[[str], str], place: Place, member: MakeMember, signed_in: SignedIn
) -> None:
    other = signed_in(member("designer"))
    assert other.get(f"/runs/{spelling(str(place.run.pk))}").status_code == 404
    assert other.get("/", {"draft": spelling(str(place.draft.pk))}).status_code == 404
    assert other.get("/", {"before": spelling(str(place.run.pk))}).status_code == 404


@pytest.mark.parametrize("name", ["draft", "before"])
@pytest.mark.parametrize("wrong", ["", "1", "nothing", "\x00", "x" * 5_000, NOBODYS])
def test_explore_asked_for_what_is_not_there_says_so(name: str, wrong: str, tab: Client) -> None:
    assert tab.get("/", {name: wrong}).status_code == 404


@pytest.mark.parametrize("name", sorted(POSTS))
def test_a_post_without_the_pages_token_is_refused(name: str, place: Place) -> None:
    before = books()
    tab = Client(enforce_csrf_checks=True)
    tab.force_login(place.person)
    if name in {"estimate", "run_start"}:
        tab.get("/")
    for headers in ({}, {"X-CSRFToken": "x"}, {"X-CSRFToken": "a" * 64}):
        assert tab.post(place.url(name), place.posted(), headers=headers).status_code == 403
    assert books() == before


@pytest.mark.parametrize("name", GETS)
def test_no_get_writes(name: str, place: Place, tab: Client) -> None:
    tab.get(place.url(name))  # the session's own row is written by now
    with CaptureQueriesContext(
        connection,
    ) as asked:
        tab.get(place.url(name))
    writes = [query["sql"] for query in asked if query["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert writes == []


@pytest.mark.parametrize("name", ["job_cancel", "job_retry", "job_give_up", "run_cancel", "run_retry"])
def test_a_button_said_twice_does_it_once(name: str, place: Place, tab: Client) -> None:
    tab.post(place.url(name), headers=HTMX)
    after = [(job.pk, job.state, job.purchase) for job in Job.objects.order_by("pk")], held(place.person)
    response = tab.post(place.url(name), headers=HTMX)
    assert response.status_code == 200
    again = [(job.pk, job.state, job.purchase) for job in Job.objects.order_by("pk")], held(place.person)
    assert again == after


def test_what_a_run_shows_is_what_its_jobs_are(place: Place, tab: Client) -> None:
    page = tab.get(place.url("run"))
    assert tiles(page) == {str(job.pk) for job in Job.objects.all()}
    assert poller(page)["scope"] == f"run:{place.run.pk}"
    assert state_of(place.waiting.pk) == "queued"


def test_jobs_of_a_run_that_is_not_mine_are_in_no_list(
    place: Place, member: MakeMember, signed_in: SignedIn
) -> None:
    """PERM-07: a canary in a private prompt is on no page of anybody else."""
    canary = "zyzzyva"
    a_job(a_run(place.person, place.run.key, template=canary), prompt=canary)
    other = signed_in(member("owner"))
    for url in ("/", "/news?since=0&scope=all", "/news?since=0", f"/news?scope=run:{place.run.pk}"):
        assert canary not in text(other.get(url))
