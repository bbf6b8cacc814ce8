"""Steering from the queue page: one, the ticked, all; partly done is told with reasons (B12, B13, B17)."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from studio.accounts.models import Member
from studio.generation.models import Job, Lane, Pause
from studio.generation.states import State
from tests.conftest import MakeMember
from tests.studio.generation.pages import HTMX, SignedIn, text
from tests.studio.generation.rows import state_of
from tests.studio.generation.world import World, give_credits, held, start, states


@pytest.fixture
def tab(designer: Member, signed_in: SignedIn) -> Client:
    return signed_in(designer)


def do(tab: Client, name: str, *jobs: object, **more: str) -> str:
    """Press a button with these ticked; return what the page says then."""
    answer = tab.post("/queue/do", {"do": name, "job": [str(job) for job in jobs], **more}, follow=True)
    assert answer.status_code == 200
    return said(answer)


def said(answer: Any) -> str:
    """Return the toasts of an answer."""
    return " ".join(re.findall(r"data-toast>.*?<span>(.*?)</span>", text(answer), re.DOTALL))


def jobs_of(run: Any) -> list[Job]:
    return list(Job.objects.filter(run=run).order_by("position"))


@pytest.mark.parametrize("htmx", [False, True])
def test_one_job_is_cancelled_by_its_own_button_whatever_is_ticked(
    htmx: bool, world: World, designer: Member, tab: Client
) -> None:
    first, second = jobs_of(start(designer, "a {red|blue} dune"))
    posted = {"do": f"cancel:{first.pk}", "job": [str(second.pk)]}
    answer = tab.post("/queue/do", posted, headers=HTMX if htmx else {})
    assert answer.status_code == (200 if htmx else 302)
    assert (state_of(first.pk), state_of(second.pk)) == ("cancelled", "queued")
    if htmx:
        assert 'id="queue"' in text(answer)
        assert "<!doctype" not in text(answer)
        assert '"pulse:ask"' in answer["HX-Trigger-After-Settle"]
        assert "1 image cancelled" in said(answer)


def test_of_a_selection_what_is_anothers_is_refused_row_by_row(
    world: World, designer: Member, tab: Client, member: MakeMember
) -> None:
    colleague = member()
    give_credits(colleague, 100)
    mine, theirs = jobs_of(start(designer, "a {red|blue} dune")), jobs_of(start(colleague))
    told = do(tab, "cancel", *[job.pk for job in mine], theirs[0].pk, uuid4(), "nonsense", mine[0].pk)
    assert told == "2 images cancelled, not charged. 3 not: 3 not yours to change."
    assert [state_of(job.pk) for job in (*mine, *theirs)] == ["cancelled", "cancelled", "queued"]
    assert (held(designer), held(colleague) > 0) == (0, True)


def test_what_was_sent_already_is_not_cancelled_by_a_selection(
    world: World, designer: Member, tab: Client
) -> None:
    first, second = jobs_of(start(designer, "a {red|blue} dune"))
    Job.objects.filter(pk=first.pk).update(state=State.PROCESSING)
    assert do(tab, "cancel", first.pk, second.pk).endswith("1 not: 1 sent already.")
    assert state_of(first.pk) == "processing"
    assert "no longer waited for" in do(tab, f"stop:{first.pk}")
    assert state_of(first.pk) == "cancelled"


def test_all_that_waits_is_cancelled_of_ones_own(
    world: World, designer: Member, tab: Client, member: MakeMember, signed_in: SignedIn
) -> None:
    runs = [start(designer, "a {red|blue} dune"), start(designer)]
    admin = member("owner")
    give_credits(admin, 100)
    theirs = start(admin)
    assert do(signed_in(admin), "cancel_all").startswith("1 image cancelled")
    assert (states(theirs), states(runs[1])) == (["cancelled"], ["queued"])
    assert do(tab, "cancel_all").startswith("3 images cancelled")
    assert held(designer) == 0
    assert do(tab, "cancel_all") == "Nothing was changed."


def test_an_admin_cancels_all_of_a_member_they_look_at(
    world: World, designer: Member, member: MakeMember, signed_in: SignedIn
) -> None:
    run = start(designer, "a {red|blue} dune")
    admin = signed_in(member("credit_admin"))
    assert do(admin, "cancel_all", member=str(designer.pk)).startswith("2 images cancelled")
    assert states(run) == ["cancelled"] * 2


def test_nobody_cancels_all_of_a_colleague(
    world: World, designer: Member, member: MakeMember, signed_in: SignedIn
) -> None:
    run = start(designer)
    assert do(signed_in(member("designer")), "cancel_all", member=str(designer.pk)) == "Nothing was changed."
    assert states(run) == ["queued"]


def test_all_that_failed_is_retried_over_all_experiments_as_far_as_credits_reach(
    world: World, designer: Member, tab: Client
) -> None:
    world.fault("http_400")
    runs = [start(designer, "a {red|blue} dune", parameters={}), start(designer, parameters={})]
    world.listen()
    world.clear()
    assert {state for run in runs for state in states(run)} == {"failed"}
    start(designer, "{a|b|c|d|e|f|g} {1|2|3|4|5|6|7}", width=512, height=512)  # 49 x 20 are held
    told = do(tab, "retry_all")
    assert told == "1 image in line again. 2 not: 2 beyond the credits."
    assert sorted(state for run in runs for state in states(run)) == ["failed", "failed", "queued"]
    assert held(designer) == 1_000


def test_the_order_and_the_lane_are_changed(world: World, designer: Member, tab: Client) -> None:
    first, second, third = jobs_of(start(designer, "a {red|blue|green} dune"))

    def order() -> list[Any]:
        rows = Job.objects.filter(run=first.run_id).order_by("lane", "rank", "created_at", "position")
        return [job.position for job in rows]

    assert do(tab, "front", second.pk, third.pk) == "2 images moved to the front."
    assert order() == [1, 2, 0]
    do(tab, f"back:{second.pk}")
    assert order() == [2, 0, 1]
    do(tab, f"background:{third.pk}")
    assert order() == [0, 1, 2]
    assert Job.objects.get(pk=third.pk).lane == Lane.BACKGROUND
    do(tab, f"normal:{third.pk}")
    assert Job.objects.get(pk=third.pk).lane == Lane.NORMAL


def test_an_admin_orders_and_cancels_anybodys_but_spends_nobodys_credits(
    world: World, designer: Member, member: MakeMember, signed_in: SignedIn
) -> None:
    first, second = jobs_of(start(designer, "a {red|blue} dune"))
    admin = signed_in(member("credit_admin"))
    assert do(admin, "front", second.pk) == "1 image moved to the front."
    assert do(admin, "cancel", second.pk).startswith("1 image cancelled")
    assert do(admin, "retry", second.pk) == "Nothing was changed. 1 not: 1 not yours to change."
    assert (state_of(first.pk), state_of(second.pk)) == ("queued", "cancelled")


def test_a_failed_one_is_edited_as_a_draft(world: World, designer: Member, tab: Client) -> None:
    [job] = jobs_of(start(designer))
    answer = tab.post("/queue/do", {"do": f"edit:{job.pk}"})
    assert answer["Location"].startswith("/?draft=")
    assert tab.post("/queue/do", {"do": f"edit:{uuid4()}"}).status_code == 404


@pytest.mark.parametrize("name", ["", "x", "delete", "cancel\x00", "edit", "edit:x"])
def test_a_button_that_is_none_is_not_there(name: str, world: World, designer: Member, tab: Client) -> None:
    run = start(designer)
    assert tab.post("/queue/do", {"do": name}).status_code == 404
    assert states(run) == ["queued"]


class TestPauses:
    def test_a_member_pauses_and_resumes_themselves(
        self, world: World, designer: Member, tab: Client
    ) -> None:
        run = start(designer)
        tab.post("/pauses", {"what": "me", "reason": "lunch"})
        world.listen()
        assert states(run) == ["queued"]
        for page in ("/", "/queue", "/gallery", "/credits"):
            assert "Your images are paused." in text(tab.get(page))
            assert "lunch" in text(tab.get(page))
        pause = Pause.objects.get()
        assert tab.post(f"/pauses/{pause.pk}/end", {"next": "/gallery"})["Location"] == "/gallery"
        assert "are paused" not in text(tab.get("/"))
        assert tab.post(f"/pauses/{pause.pk}/end").status_code == 404  # ended already

    @pytest.mark.parametrize("what", ["everything", "key", "", "x", "00000000-0000-4000-8000-000000000000"])
    def test_a_member_pauses_nothing_else(
        self, what: str, world: World, designer: Member, tab: Client
    ) -> None:
        what = str(start(designer).key_id) if what == "key" else what
        assert tab.post("/pauses", {"what": what}).status_code == 403
        assert not Pause.objects.exists()

    @pytest.mark.parametrize("what", ["everything", "key"])
    def test_an_admins_pause_is_over_everybody_and_only_admins_end_it(
        self, what: str, world: World, designer: Member, tab: Client, member: MakeMember, signed_in: SignedIn
    ) -> None:
        person = member("credit_admin")
        admin, key_id = signed_in(person), start(designer).key_id
        assert (
            admin.post(
                "/pauses", {"what": str(key_id) if what == "key" else what, "reason": "bill"}
            ).status_code
            == 302
        )
        pause = Pause.objects.get()
        page = text(tab.get("/"))
        assert f"{person.name} paused it: bill." in page
        assert f"/pauses/{pause.pk}/end" not in page
        assert tab.post(f"/pauses/{pause.pk}/end").status_code == 404
        assert f"/pauses/{pause.pk}/end" in text(admin.get("/queue"))
        answer = admin.post(f"/pauses/{pause.pk}/end", {"next": "/"}, headers=HTMX)
        assert answer.status_code == 200
        assert 'id="pauses"' in text(answer)
        assert "queue:ask" in answer["HX-Trigger-After-Settle"]

    def test_an_admin_pauses_no_key_that_is_none(
        self, world: World, designer: Member, member: MakeMember, signed_in: SignedIn
    ) -> None:
        admin = signed_in(member("owner"))
        for what in ("", "x", str(uuid4())):
            assert admin.post("/pauses", {"what": what}).status_code == 404

    def test_where_it_leads_is_a_page_of_ours(self, world: World, designer: Member, tab: Client) -> None:
        tab.post("/pauses", {"what": "me"})
        url = f"/pauses/{Pause.objects.get().pk}/end"
        assert tab.post(url, {"next": "https://example.com/"})["Location"] == "/queue"

    def test_a_colleague_is_not_told_of_a_members_own_pause(
        self, world: World, designer: Member, tab: Client, member: MakeMember, signed_in: SignedIn
    ) -> None:
        tab.post("/pauses", {"what": "me"})
        assert "paused" not in text(signed_in(member("designer")).get("/"))
