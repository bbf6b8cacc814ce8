"""A spreadsheet's batch: checked by row and column, priced, started once, stopped, gone on with (A28)."""

import io
import os
import zipfile
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from studio.accounts import projects
from studio.accounts.models import Member
from studio.credits.models import Account, Entry
from studio.generation import batchplan, batchrun, durations, originals, standards
from studio.generation.batchfile import COLUMNS, MOST_BYTES, MOST_ROWS, Row
from studio.generation.batchform import defaults
from studio.generation.batchrows import Usual, read
from studio.generation.models import Batch, HistoryEntry, Job, Lane, Run, Scope
from studio.generation.permitting import NOT_IN_IT
from studio.generation.states import State
from studio.prompts.models import Style, WordList
from tests.conftest import MakeMember
from tests.studio.generation.pages import HTMX, SignedIn, text, tiles
from tests.studio.generation.rows import a_key
from tests.studio.generation.world import World, give_credits, held

FUZZ = int(os.environ.get("FUZZ_EXAMPLES", "100"))
GOOD = (
    "prompt,size,ratio,quality,repeats,name\na red dune,512,1:1,draft,2,dune\na blue sea,512,1:1,draft,,sea\n"
)
BAD = (
    "prompt,size,quality,repeats\na red dune,9K,best,2\n,512,draft,0\n"
    "a {blue sea,512,draft,1\nok,512,draft,1\n"
)


@pytest.fixture
def person(member: MakeMember) -> Member:
    a_key()
    person = member("designer")
    give_credits(person, 1_000)
    return person


@pytest.fixture
def tab(person: Member, signed_in: SignedIn) -> Client:
    return signed_in(person)


def upload(tab: Client, data: str | bytes = GOOD, name: str = "autumn.csv") -> Any:
    body = data.encode() if isinstance(data, str) else data
    return tab.post(reverse("batches"), {"sheet": SimpleUploadedFile(name, body, "text/csv")})


def uploaded(tab: Client, data: str = GOOD) -> Batch:
    response = upload(tab, data)
    assert response.status_code == 302, text(response)
    return Batch.objects.get(pk=response["Location"].rpartition("/")[2])


def door(batch: Batch, name: str) -> str:
    return reverse(name, args=[batch.pk])


def begun(tab: Client, data: str = GOOD) -> Batch:
    batch = uploaded(tab, data)
    assert tab.post(door(batch, "batch_start")).status_code == 302
    batch.refresh_from_db()
    assert batch.run is not None
    return batch


def test_a_sheet_shows_what_it_makes_and_costs_before_it_is_started(tab: Client) -> None:
    batch = uploaded(tab)
    page = text(tab.get(door(batch, "batch")))
    assert "2 rows. Read as UTF-8, separated by commas." in page
    assert "3 images" in page
    assert "30–60" in page  # credits, of so many
    assert "of 1,000 credits" in page
    assert "Generate 3 images · 30–60 credits" in page
    assert not Run.objects.exists()


def test_what_is_shown_is_what_is_queued_and_held_once_a_job(tab: Client, person: Member) -> None:
    batch = uploaded(tab)
    plan = batchplan.check(batch).plan
    assert plan is not None
    tab.post(door(batch, "batch_start"))
    run = Run.objects.get()
    jobs = list(Job.objects.filter(run=run).order_by("position"))
    assert [(job.prompt, job.picks) for job in jobs] == [(one.prompt, list(one.picks)) for one in plan.cells]
    assert [job.picks for job in jobs] == [["dune"], ["dune"], ["sea"]]
    assert [job.variation for job in jobs] == [0, 0, 1]
    assert run.axes == [{"kind": "choice", "label": "Row", "values": ["dune", "sea"]}]
    assert run.lane == Lane.BACKGROUND
    assert held(person) == plan.most == 60
    holds = Entry.objects.filter(kind="hold")
    assert sorted(holds.values_list("reference")) == sorted((job.purchase,) for job in jobs)
    assert HistoryEntry.objects.get().words == "autumn csv 2 rows a red dune blue sea"


def test_said_twice_it_is_started_once(tab: Client, person: Member) -> None:
    batch = begun(tab)
    assert tab.post(door(batch, "batch_start")).status_code == 302
    assert batchrun.start(batch) == batch.run
    assert Run.objects.count() == 1
    assert held(person) == 60


def test_every_error_is_told_by_row_and_column_and_mended_on_one_page(tab: Client) -> None:
    batch = uploaded(tab, BAD)
    page = text(tab.get(door(batch, "batch")))
    for told in (
        "5 cells to mend", "in 3 rows", "Row 2, size",
        "“9K” is no size.", "Row 2, quality", "“best” is no quality.",
        "Row 3, prompt", "There is no prompt.", "Row 3, repeats", "Row 4, prompt",
    ):  # fmt: skip
        assert told in page, told
    assert "Start</button>" in page
    refused = tab.post(door(batch, "batch_start"))
    assert refused.status_code == 422
    assert "cannot be read yet. Mend them first." in text(refused)
    mended = {
        "cell-2-size": "1k", "cell-2-quality": "High", "cell-3-prompt": "a pier", "cell-3-repeats": "1",
        "cell-4-prompt": "a {blue|green} sea", "shape": "1x1", "size": "512", "quality": "draft",
        "visibility": "team",
    }  # fmt: skip
    assert tab.post(door(batch, "batch_mend"), mended).status_code == 302
    batch.refresh_from_db()
    found = batchplan.check(batch)
    assert found.faults == ()
    assert found.images == 2 + 1 + 2 + 1
    assert [row[0] for row in batch.rows] == [2, 3, 4, 5]


def test_one_error_of_a_row_does_not_hide_another() -> None:
    columns = ("prompt", "size", "width", "height", "ratio", "quality", "repeats", "style", "name")
    row = Row(number=2, cells=("", "x", "0", "9999", "7:5", "best", "many", "gone", "n" * 90))
    lines, faults = read(columns, [row], Usual(shape="1x1", size="1k", quality="draft"), {})
    assert lines == []
    assert [fault.column for fault in faults] == [name for name in columns if name != "size"]  # sides win


@pytest.mark.parametrize(
    ("cells", "sides"),
    [
        ({"size": "1K"}, (1248, 832)),
        ({"size": "2k", "ratio": "16:9"}, None),
        ({"size": "640 × 480"}, (640, 480)),
        ({"size": "640x480", "ratio": "1:1"}, (640, 480)),
        ({"width": "640.0", "height": "480"}, (640, 480)),
        ({"ratio": "1x1", "size": "512"}, (512, 512)),
        ({}, (1248, 832)),
    ],
)
def test_a_size_is_written_in_several_ways(cells: dict[str, str], sides: tuple[int, int] | None) -> None:
    columns = ("prompt", *cells)
    row = Row(number=2, cells=("a dune", *cells.values()))
    [line], faults = read(columns, [row], Usual(shape="3x2", size="1k", quality="draft"), {})
    assert faults == []
    assert sides is None or (line.width, line.height) == sides


def test_rows_with_errors_may_be_left_out(tab: Client) -> None:
    batch = uploaded(tab, BAD)
    tab.post(door(batch, "batch_leave_out"))
    batch.refresh_from_db()
    assert batch.rows == [[5, "ok", "512", "draft", "1"]]
    only_bad = uploaded(tab, "prompt,size\na dune,9K\n")
    tab.post(door(only_bad, "batch_leave_out"))
    only_bad.refresh_from_db()
    assert len(only_bad.rows) == 1  # nothing typed is lost


def test_an_empty_cell_means_what_is_chosen_for_all(tab: Client) -> None:
    batch = uploaded(tab, "prompt\na dune\n")
    chosen = {"shape": "16x9", "size": "2k", "quality": "high", "visibility": "team"}
    answer = tab.post(door(batch, "batch_mend"), chosen, headers=HTMX)
    assert 'id="sheet"' in text(answer)
    assert "<!doctype" not in text(answer)
    batch.refresh_from_db()
    assert batch.defaults == chosen | {"background": "", "project": ""}
    plan = batchplan.check(batch).plan
    assert plan is not None
    assert (plan.recipe.background, plan.recipe.visibility) == (False, "team")
    assert plan.cells[0].quality == "high"
    tab.post(door(batch, "batch_mend"), {"shape": "nonsense", "size": "x", "quality": "y", "visibility": "z"})
    batch.refresh_from_db()
    assert batch.defaults == defaults(batch.member) | {"background": ""}


@pytest.mark.django_db
def test_a_sheet_is_spent_in_the_project_that_was_chosen_and_in_none_that_is_closed(
    person: Member, tab: Client
) -> None:
    project = projects.make("Autumn issue", "", person)
    batch = uploaded(tab)
    assert "Autumn issue</option>" in text(tab.get(door(batch, "batch")))
    tab.post(door(batch, "batch_mend"), defaults(person) | {"project": str(project.pk)})
    project.archived_at = timezone.now()
    project.save()
    refused = tab.post(door(batch, "batch_start"))
    assert (refused.status_code, Run.objects.count()) == (422, 0)
    assert NOT_IN_IT in text(refused)
    assert f'value="{project.pk}" selected>No longer open to you' in text(refused)
    project.archived_at = None
    project.save()
    tab.post(door(batch, "batch_start"))
    assert Run.objects.get().project == project


@pytest.mark.django_db
def test_a_new_sheet_begins_as_the_team_begins(person: Member, tab: Client) -> None:
    standards.keep(Scope.TEAM, "", {"size": "2k", "quality": "high", "each": 4}, person)
    assert uploaded(tab).defaults == defaults(person) | {"size": "2k", "quality": "high"}


@pytest.mark.django_db
def test_a_row_is_a_template_in_the_teams_styles_and_lists(tab: Client) -> None:
    Style.objects.create(name="Noir", text="{prompt}, film noir")
    Style.objects.create(name="Grain", text="film grain")
    WordList.objects.create(name="season", text="spring\nautumn")
    batch = uploaded(tab, "prompt,style\na wood in __season__,noir + GRAIN\na __seasom__,\na dune,Noirr\n")
    faults = batchplan.check(batch).faults
    assert [(fault.number, fault.column) for fault in faults] == [(3, "prompt"), (4, "style")]
    assert "seasom" in faults[0].sentence
    tab.post(door(batch, "batch_leave_out"))
    batch.refresh_from_db()
    plan = batchplan.check(batch).plan
    assert plan is not None
    assert [cell.prompt for cell in plan.cells] == [
        "a wood in spring, film noir, film grain",
        "a wood in autumn, film noir, film grain",
    ]
    assert [cell.picks for cell in plan.cells] == [("Row 2: spring",), ("Row 2: autumn",)]


def test_what_is_random_is_shown_as_it_is_made(tab: Client) -> None:
    batch = uploaded(tab, 'prompt,repeats\n"a {~red|blue|green|grey|pink|black} dune",6\n')
    plan = batchplan.check(batch).plan
    assert plan is not None
    shown = [cell.prompt for cell in plan.cells]
    assert len(set(shown)) > 1
    tab.post(door(batch, "batch_start"))
    assert list(Job.objects.order_by("position").values_list("prompt", flat=True)) == shown


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "No file was chosen"),
        (b"PK\x03\x04zip", "This is a ZIP or an Excel workbook"),
        (b"text\na dune", "There is no column “prompt”"),
        (b"prompt\n\x81\x8d", "could not be read as UTF-8 or Windows-1252"),
        (b"prompt\n" + b"x" * MOST_BYTES, "The file has more than 10 MB"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_with_a_sentence(tab: Client, data: bytes, sentence: str) -> None:
    answer = upload(tab, data)
    assert answer.status_code == 422
    assert sentence in text(answer) or "The file is empty." in text(answer)
    assert not Batch.objects.exists()


def test_a_file_with_an_endless_name_is_told_so(tab: Client) -> None:
    head = f'--b\r\nContent-Disposition: form-data; name="sheet"; filename="{"x" * 5_000}.csv"\r\n\r\n'
    body = f"{head}prompt\na dune\r\n--b--\r\n"
    answer = tab.post(reverse("batches"), body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 400
    assert "The name of a file is too long" in text(answer)


def test_no_file_at_all_and_no_token(tab: Client, person: Member, signed_in: SignedIn) -> None:
    assert "No file was chosen" in text(tab.post(reverse("batches")))
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person)
    assert upload(strict).status_code == 403
    assert not Batch.objects.exists()


def test_the_wildcards_of_a_sheet_cannot_queue_more_than_a_batch_may_have(tab: Client) -> None:
    row = "a " + " ".join(["{a|b|c|d|e|f|g|h|i|j}"] * 6)
    batch = uploaded(tab, "prompt,repeats\n" + f"{row},20\n" * 50)
    found = batchplan.check(batch)
    assert found.plan is None
    assert found.images == 50 * 20 * 10**6
    assert f"{found.too_many:,} more than a batch may have" in text(tab.get(door(batch, "batch")))
    assert tab.post(door(batch, "batch_start")).status_code == 422
    assert not Job.objects.exists()


def test_a_large_batch_asks_for_its_number(tab: Client, settings: Settings, person: Member) -> None:
    settings.RUN_ASK_ABOVE_IMAGES = 2
    batch = uploaded(tab)
    assert "type 3 to go on" in text(tab.get(door(batch, "batch")))
    refused = tab.post(door(batch, "batch_start"), {"confirm": "2"})
    assert (refused.status_code, held(person)) == (422, 0)
    assert tab.post(door(batch, "batch_start"), {"confirm": "3"}).status_code == 302


def test_where_the_credits_do_not_reach_nothing_or_a_part_is_started(tab: Client, person: Member) -> None:
    batch = uploaded(tab, "prompt,size,ratio,repeats\na dune,512,1:1,20\n" + "a sea,512,1:1,20\n" * 2)
    Account.objects.filter(pk=person.pk).update(balance=100)
    page = text(tab.get(door(batch, "batch")))
    assert "needs up to 1,200 credits and 100 are free" in page
    assert tab.post(door(batch, "batch_start")).status_code == 422
    assert (Run.objects.count(), held(person)) == (0, 0)
    tab.post(door(batch, "batch_start"), {"short": "hold", "confirm": "60"})
    assert Job.objects.filter(state=State.HELD).count() == 55
    assert held(person) == 100


def test_it_stops_goes_on_and_holds_each_job_once(tab: Client, person: Member) -> None:
    batch = begun(tab)
    page = text(tab.get(door(batch, "batch")))
    assert "Stop 3 that wait" in page
    assert f"scope=run:{batch.run_id}" in page  # its tiles are told of as they are anywhere
    assert "data-rests hx-get" in page  # js/pulse.js: silent in a hidden tab
    assert 'hx-trigger="every 4s, visibilitychange from:document"' in page
    tab.post(door(batch, "batch_stop"))
    assert set(Job.objects.values_list("state", flat=True)) == {State.CANCELLED}
    assert held(person) == 0
    page = text(tab.get(door(batch, "batch")))
    assert "Go on with 3" in page
    assert 'hx-trigger="every 4s' not in page
    tab.post(door(batch, "batch_resume"))
    assert set(Job.objects.values_list("state", flat=True)) == {State.QUEUED}
    assert held(person) == 60


def test_it_is_made_and_its_pictures_come_in_one_zip(
    world: World, designer: Member, signed_in: SignedIn
) -> None:
    tab = signed_in(designer)
    batch = begun(tab, GOOD.replace("a blue sea", "=cmd' /C calc'!A0"))
    world.finish()
    assert "3</b> of 3 done" in text(tab.get(door(batch, "batch")))
    answer = tab.get(door(batch, "batch_zip"))
    assert answer.streaming
    assert 'filename="autumn.zip"' in answer["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as kept:
        names = kept.namelist()
        assert kept.testzip() is None
        manifest = kept.read("manifest.csv").decode("utf-8-sig")
        first = Job.objects.get(position=0)
        assert kept.read(names[0]) == originals.read(first.image.original)
    assert [name.rpartition(".")[0] for name in names] == ["0001-dune", "0002-dune", "0003-sea", "manifest"]
    assert manifest.splitlines()[0].startswith("file,name,state,prompt")
    assert "'=cmd" in manifest  # WEB-11
    originals.discard(first.image.original)
    with zipfile.ZipFile(io.BytesIO(b"".join(tab.get(door(batch, "batch_zip"))))) as kept:
        assert "done (its file is missing)" in kept.read("manifest.csv").decode()


def test_one_zip_at_a_time_is_sent_to_a_member(tab: Client) -> None:
    batch = begun(tab)
    first = tab.get(door(batch, "batch_zip"))
    refused = tab.get(door(batch, "batch_zip"))
    assert (refused.status_code, refused["Retry-After"]) == (429, "5")
    assert b"manifest.csv" in b"".join(first)  # read to its end, it is closed
    again = tab.get(door(batch, "batch_zip"))
    assert again.status_code == 200
    assert b"manifest.csv" in b"".join(again)


def test_a_started_batch_cannot_be_changed_but_used_again(tab: Client) -> None:
    batch = begun(tab)
    tab.post(door(batch, "batch_mend"), {"cell-2-prompt": "other"})
    tab.post(door(batch, "batch_leave_out"))
    tab.post(door(batch, "batch_discard"))
    kept = Batch.objects.get(pk=batch.pk)
    assert kept.rows == batch.rows
    answer = tab.post(reverse("history_again", args=[kept.run_id]))
    fresh = Batch.objects.exclude(pk=batch.pk).get()
    assert answer["Location"] == door(fresh, "batch")
    assert (fresh.rows, fresh.run) == (batch.rows, None)
    tab.post(door(fresh, "batch_again"))
    tab.post(door(fresh, "batch_discard"))
    assert Batch.objects.count() == 2


def test_a_members_unsent_sheets_do_not_pile_up(person: Member) -> None:
    for number in range(batchrun.KEPT + 3):
        batchrun.keep(person, f"{number}.csv", GOOD.encode(), defaults(person))
    names = set(Batch.objects.values_list("name", flat=True))
    assert names == {f"{number}.csv" for number in range(3, batchrun.KEPT + 3)}


@pytest.mark.parametrize(
    ("given", "kept"),
    [("C:\\x\\a\u202eb.csv", "ab.csv"), ("../../x.csv", "x.csv"), ("", "sheet.csv"), ("y" * 300, "y" * 100)],
)
def test_a_files_name_is_shown_safely(given: str, kept: str) -> None:
    assert batchrun.named(given) == kept


DOORS: dict[str, str] = {
    "batches": "get", "batch_template": "get", "batch": "get", "batch_zip": "get", "batch_mend": "post",
    "batch_leave_out": "post", "batch_start": "post", "batch_stop": "post", "batch_resume": "post",
    "batch_again": "post", "batch_discard": "post",
}  # fmt: skip


@pytest.mark.parametrize("name", DOORS)
def test_a_stranger_finds_nothing_and_somebody_signed_out_is_sent_to_sign_in(
    name: str, tab: Client, member: MakeMember, signed_in: SignedIn
) -> None:
    batch = begun(tab)
    own = name in {"batches", "batch_template"}
    url = reverse(name) if own else door(batch, name)
    send: Callable[[Client], Any] = lambda who: getattr(who, DOORS[name])(url)  # noqa: E731
    assert send(Client())["Location"].startswith("/sign-in?next=")
    assert send(signed_in(member("owner"))).status_code == (200 if own else 404)
    wrong = tab.get(url) if DOORS[name] == "post" else tab.put(url)
    assert wrong.status_code == 405
    if not own:
        assert tab.generic(DOORS[name], reverse(name, args=[uuid4()])).status_code == 404


def test_a_stop_of_a_sheet_that_was_not_started_is_not_there(tab: Client) -> None:
    batch = uploaded(tab)
    for name in ("batch_stop", "batch_resume"):
        assert tab.post(door(batch, name)).status_code == 404
    assert tab.get(door(batch, "batch_zip")).status_code == 404


def test_the_template_is_sent_and_can_be_uploaded_as_it_is(tab: Client) -> None:
    data = tab.get(reverse("batch_template")).content
    assert data.startswith(b"\xef\xbb\xbfprompt,")
    answer = upload(tab, data)
    assert batchplan.check(Batch.objects.get(pk=answer["Location"].rpartition("/")[2])).images == 4


def test_two_thousand_rows_cost_as_many_queries_as_two(tab: Client, person: Member) -> None:
    def cost(rows: int) -> tuple[int, int]:
        batch = uploaded(tab, "prompt,size,ratio\n" + "".join(f"dune {n},512,1:1\n" for n in range(rows)))
        durations.forget()
        with CaptureQueriesContext(connection) as looked:
            tab.get(door(batch, "batch"))
        tab.post(door(batch, "batch_start"), {"confirm": str(rows)})
        durations.forget()  # a slow machine forgets within the test, too
        with CaptureQueriesContext(connection) as watched:
            tab.get(door(batch, "batch"))
        return len(looked), len(watched)

    give_credits(person, 100_000)
    cost(2)  # what is read once a process is read
    assert cost(2) == cost(MOST_ROWS)
    assert Job.objects.count() == 2 + 2 + MOST_ROWS


@settings(
    max_examples=FUZZ,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=st.lists(st.lists(st.text(max_size=30), min_size=9, max_size=9), min_size=1, max_size=4))
def test_whatever_stands_in_the_cells_it_is_a_plan_or_sentences(rows: list[list[str]]) -> None:
    plain = [Row(number=number, cells=tuple(cells)) for number, cells in enumerate(rows, 2)]
    lines, faults = read(COLUMNS, plain, Usual(shape="1x1", size="1k", quality="draft"), {})
    assert len({fault.number for fault in faults}) + len(lines) == len(rows)
    assert all(fault.sentence.endswith(".") for fault in faults)


def test_the_pages_draw_sixty_of_a_sheets_images_at_once(tab: Client, person: Member) -> None:
    give_credits(person, 10_000)
    batch = uploaded(tab, "prompt,size,ratio\n" + "".join(f"dune {n},512,1:1\n" for n in range(130)))
    tab.post(door(batch, "batch_start"), {"confirm": "130"})
    batch.refresh_from_db()
    for address in (reverse("explore"), reverse("run", args=[batch.run_id])):
        page = text(tab.get(address))
        assert len(tiles(tab.get(address))) == 60
        assert "And 70 more of the sheet" in page
        assert "0 of 130 done" in page
    to_batch = tab.get(reverse("run_sheet", args=[batch.run_id]))
    assert to_batch["Location"] == door(batch, "batch")
    shown: set[str] = set()
    address = door(batch, "batch")
    for count in (60, 60, 10):
        answer = tab.get(address)
        assert len(tiles(answer)) == count
        shown |= tiles(answer)
        address = f"{door(batch, 'batch')}?from={answer.context['after']}"
    assert len(shown) == 130
    assert tab.get(f"{door(batch, 'batch')}?from=x").status_code == 200
    assert tab.get(f"{door(batch, 'batch')}?from=99999").status_code == 200
