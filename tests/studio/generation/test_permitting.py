"""What the team permits: projects, caps, words, maintenance; nothing is held of what is refused."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from studio.accounts import announcing, policies, projects
from studio.accounts.models import Member, Project, Role
from studio.credits.models import Account, Entry
from studio.generation import access, batchrun, permitting, runs, standards, steering, wordrules
from studio.generation.batchform import defaults
from studio.generation.models import Job, Run, Scope, WordRule
from studio.generation.runs import CannotStart
from tests.conftest import MakeMember
from tests.studio.generation.pages import HTMX, SignedIn, posted, text
from tests.studio.generation.world import World, held, recipe, start

GENERATE_OFF = re.compile(r'<button[^>]* id="generate"[^>]* disabled')

NOTHING: dict[str, Any] = {
    "size": "", "quality": "", "each": None, "largest": "", "most_images": None,
    "qualities": [], "ask_above": None, "ask_above_credits": None,
}  # fmt: skip
type Caps = Callable[..., None]


@pytest.fixture
def owner(world: World, designer: Member) -> Member:
    """Return the owner that the team's key is of."""
    return Member.objects.get(role=Role.OWNER)


@pytest.fixture
def caps(owner: Member) -> Caps:
    """Return what sets a standard: of everybody, unless a scope and a subject are named."""

    def keep(scope: Scope = Scope.TEAM, subject: str = "", **said: Any) -> None:
        standards.keep(scope, subject, {**NOTHING, **said}, owner)

    return keep


@pytest.fixture
def autumn(owner: Member, designer: Member) -> Project:
    """Return a project with the designer in it."""
    project = projects.make("Autumn", "", owner)
    projects.put_in(project, [owner, designer], owner)
    return project


def refused(member: Member, template: str = "a dune", **more: Any) -> str:
    """Try a run, and return why it was refused; nothing is held or kept of it then."""
    before = Run.objects.count()
    with pytest.raises(CannotStart) as refusal:
        start(member, template, **more)
    assert (Run.objects.count(), held(member)) == (before, 0)
    return str(refusal.value)


def test_a_run_is_spent_in_its_project(designer: Member, autumn: Project) -> None:
    run = start(designer, project_id=autumn.pk)
    assert run.project == autumn
    assert list(Entry.objects.filter(kind="hold").values_list("project_id", flat=True)) == [autumn.pk]
    assert start(designer, "another dune").project is None


def test_nothing_is_spent_in_a_project_that_is_archived_or_not_theirs(
    designer: Member, owner: Member, autumn: Project
) -> None:
    other = projects.make("Winter", "", owner)
    assert refused(designer, project_id=other.pk) == permitting.NOT_IN_IT
    assert refused(designer, project_id=uuid4()) == permitting.NOT_IN_IT
    projects.archive(autumn, owner)
    assert refused(designer, project_id=autumn.pk) == permitting.NOT_IN_IT
    projects.reopen(autumn, owner)
    assert start(designer, project_id=autumn.pk).project == autumn


def test_a_retry_in_an_archived_project_is_refused(
    designer: Member, owner: Member, autumn: Project, signed_in: SignedIn
) -> None:
    run = start(designer, project_id=autumn.pk)
    job = Job.objects.get(run=run)
    assert steering.cancel(job)
    projects.archive(autumn, owner)
    answer = signed_in(designer).post(f"/jobs/{job.pk}/retry", follow=True)
    assert "archived" in text(answer)
    assert (held(designer), Job.objects.get(pk=job.pk).state) == (0, "cancelled")


def test_the_form_offers_ones_open_projects_and_remembers(
    designer: Member, owner: Member, autumn: Project, signed_in: SignedIn
) -> None:
    projects.make("Winter", "", owner)
    client = signed_in(designer)
    page = text(client.get("/"))
    assert ">Autumn</option>" in page
    assert ">Winter</option>" not in page
    assert client.post("/runs", posted(project=str(autumn.pk)), headers=HTMX).status_code == 200
    assert f'value="{autumn.pk}" selected' in text(client.get("/"))
    projects.archive(autumn, owner)
    answer = client.post("/runs", posted("a blue dune", project=str(autumn.pk)), headers=HTMX)
    assert answer.status_code == 422
    assert permitting.NOT_IN_IT in text(answer)
    assert "a blue dune" in text(answer)


def test_said_twice_it_is_the_first_run_whatever_was_decided_meanwhile(
    designer: Member, owner: Member, caps: Caps
) -> None:
    first = runs.start(designer, recipe("a {red|blue} dune"), token="a" * 32)
    caps(most_images=1)
    assert runs.start(designer, recipe("a {red|blue} dune"), token="a" * 32) == first
    assert Run.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "asked", "words"),
    [
        ({"most_images": 1}, {"each": 2}, "one run has 1 image at the most, and this is 2"),
        ({"largest": "512"}, {"width": 1024, "height": 1024}, "no image is larger than 512"),
        ({"largest": "1k"}, {"width": 2048, "height": 2048}, "no image is larger than 1K"),
        ({"qualities": ["draft"]}, {"parameters": {"quality": "high"}}, "the quality is draft, not high"),
    ],
)
def test_a_run_that_passes_a_cap_is_refused_by_its_rule(
    said: dict[str, Any], asked: dict[str, Any], words: str, designer: Member, caps: Caps
) -> None:
    caps(**said)
    assert refused(designer, **asked).startswith(f"The team’s rule: {words}")
    assert start(designer).pk  # one small draft is within each of them


def test_of_caps_the_strictest_holds_and_of_defaults_the_nearest(
    designer: Member, owner: Member, caps: Caps, autumn: Project
) -> None:
    caps(most_images=3, size="1k", each=2, ask_above=40)
    caps(Scope.ROLE, "designer", most_images=2, each=3, ask_above_credits=90)
    caps(Scope.PROJECT, str(autumn.pk), most_images=1, size="2k", ask_above=60)
    assert refused(designer, each=3).startswith("The rule for designers: one run has 2 images")
    assert refused(designer, each=2, project_id=autumn.pk).startswith("This project’s rule: one run has 1")
    there, here = standards.bounds(designer, autumn.pk), standards.bounds(designer)
    assert there.defaults == {"size": "2k", "each": "3"}
    assert here.defaults == {"size": "1k", "each": "3"}
    assert (here.ask_above, here.ask_above_credits) == (40, 90)
    assert standards.bounds(owner).defaults == {"size": "1k", "each": "2"}


def test_a_grid_and_a_sheet_keep_to_the_caps(designer: Member, caps: Caps) -> None:
    caps(most_images=3)
    assert "4" in refused(designer, "a {red|blue} {dune|sea}")
    sheet = batchrun.keep(designer, "s.csv", b"prompt\na\nb\nc\nd\n", defaults(designer))
    with pytest.raises(CannotStart, match="3 images at the most"):
        batchrun.start(sheet)
    assert held(designer) == 0


@pytest.mark.parametrize(
    ("rule", "prompt", "stands"),
    [
        ("blood", "a Blood-red dune", True),
        ("blood", "a bloody dune", False),
        ("blood*", "a bloody dune", True),
        ("crème brûlée", "one CREME  BRULEE, please", True),
        ("dark art", "dark arts of dark artists", False),
    ],
)
def test_blocked_words_are_found_in_what_would_be_sent(
    rule: str, prompt: str, stands: bool, designer: Member, owner: Member
) -> None:
    wordrules.add(WordRule.Kind.BLOCKED, rule, "The client asked for it", owner)
    found = wordrules.refusal(["a dune", prompt])
    assert (f"blocked “{rule}”" in found and "The client asked for it." in found) == stands


def test_words_are_looked_for_in_every_variation_before_anything_is_held(
    designer: Member, owner: Member
) -> None:
    wordrules.add(WordRule.Kind.BLOCKED, "blood", "", owner)
    assert "“a blood dune” has it" in refused(designer, "a {red|blood} dune")
    wordrules.add(WordRule.Kind.REQUIRED, "dune", "", owner)
    assert "wants “dune” in every prompt, and “a sea” lacks it" in refused(designer, "a {dune|sea}")
    assert start(designer, "a red dune").pk


def test_a_rule_that_is_none_or_there_is_not_made(owner: Member) -> None:
    wordrules.add(WordRule.Kind.BLOCKED, "Blood", "", owner)
    for typed in ("blood", "***", "…"):
        with pytest.raises(wordrules.NoRule):
            wordrules.add(WordRule.Kind.BLOCKED, typed, "", owner)
    assert WordRule.objects.count() == 1


def test_maintenance_reads_and_starts_nothing(designer: Member, owner: Member, signed_in: SignedIn) -> None:
    now = timezone.now()
    late = {"starts_at": now + timedelta(hours=1), "ends_at": now + timedelta(hours=2)}
    announcing.announce(owner, text="New disks", maintenance=True, **late)
    assert start(designer).pk
    announcing.announce(owner, text="New disks", maintenance=True, starts_at=None, ends_at=late["ends_at"])
    client = signed_in(designer)
    with pytest.raises(CannotStart, match="in maintenance"):
        start(designer, "another dune")
    for path in ("/", "/gallery", "/queue", "/credits"):
        assert "<b>Maintenance.</b> New disks" in text(client.get(path))
    answer = client.post("/runs", posted("a blue dune"), headers=HTMX)
    assert (answer.status_code, "in maintenance" in text(answer)) == (422, True)
    announcing.announce(owner, text="", maintenance=False, starts_at=None, ends_at=None)
    assert start(designer, "another dune").pk
    assert 'id="banner"' not in text(client.get("/"))


def test_the_price_beside_the_prompt_says_the_rule_already_and_generate_is_off(
    designer: Member, caps: Caps, signed_in: SignedIn
) -> None:
    caps(most_images=1)
    tab = signed_in(designer)
    answer = tab.post("/composer/estimate", posted("a {red|blue} dune"))
    assert "one run has 1 image at the most" in text(answer)
    assert GENERATE_OFF.search(text(answer))
    wordrules.add(WordRule.Kind.BLOCKED, "crimson", "", designer)
    answer = tab.post("/composer/estimate", posted("a crimson dune"))
    assert "The team blocked “crimson”" in text(answer)
    assert GENERATE_OFF.search(text(answer))
    WordRule.objects.all().delete()
    wordrules.add(WordRule.Kind.REQUIRED, "by the sea", "", designer)
    assert GENERATE_OFF.search(text(tab.post("/composer/estimate", posted("a dune"))))
    assert not GENERATE_OFF.search(text(tab.post("/composer/estimate", posted("a dune by the sea"))))


def test_private_prompts_hide_others_from_an_admin(
    designer: Member, owner: Member, signed_in: SignedIn
) -> None:
    run = start(designer, "a most peculiar dune", visibility="team")
    client = signed_in(owner)
    assert "peculiar" in text(client.get("/queue"))
    policies.set_private_prompts(True, owner)
    page = text(client.get("/queue"))
    assert "peculiar" not in page
    assert designer.name in page
    job = Job.objects.get(run=run)
    assert "peculiar" not in text(client.get(f"/jobs/{job.pk}/wire"))
    assert "peculiar" in text(signed_in(designer).get("/queue"))
    assert access.may_read_prompt(designer, job, private=True)


def test_a_leavers_queue_is_cancelled_and_their_images_go_on(
    designer: Member, owner: Member, world: World, member: MakeMember
) -> None:
    from gallery.models import Board
    from studio.accounts import leaving
    from studio.generation.models import Image

    heir = member("reviewer")
    start(designer, "a made dune")
    world.finish()
    waiting = start(designer, "a {red|blue} dune")
    board = Board.objects.create(name="Dunes", by=designer)
    assert held(designer) > 0
    left = leaving.let_go(designer, heir, actor=owner)
    assert left.said == f"2 images cancelled, 1 image handed to {heir}, 1 board handed to {heir}"
    account = Account.objects.get(pk=designer.pk)
    assert (account.held, account.balance < 1_000) == (0, True)
    assert set(waiting.jobs.values_list("state", flat=True)) == {"cancelled"}
    image = Image.objects.get()
    board.refresh_from_db()
    assert (image.member, board.by, image.job.run.member) == (heir, heir, designer)
    assert leaving.let_go(designer, heir, actor=owner).said == ""
