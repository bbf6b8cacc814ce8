"""A grid taken along: a labelled picture, a ZIP, a table, a web page that needs nothing else (A17)."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image as Drawing
from PIL import ImageDraw

from studio.accounts.models import Member
from studio.generation import gridpicture
from studio.generation.exportgate import Gate, gate
from studio.generation.grid import grid_of
from studio.generation.gridbook import Book, book_of
from studio.generation.lettering import Pen
from studio.generation.models import Image, Job, Run
from studio.generation.states import State
from tests.conftest import MakeMember
from tests.gallery import factories

pytestmark = pytest.mark.django_db

KINDS = {
    "png": "image/png",
    "zip": "application/zip",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
LONG = "a very long label that has to be wrapped in its column and is never cut, whatever happens to it, " * 3
CANARY = "=HYPERLINK(evil)"


@pytest.fixture
def ada(member: MakeMember) -> Member:
    return member(name="Ada Lovelace")


@pytest.fixture
def as_ada(ada: Member, signed_in: Callable[[Member], Client]) -> Client:
    return signed_in(ada)


def made(member: Member, rows: list[str], columns: list[str], *, each: int = 1) -> Run:
    """Return a run of a grid whose images are done: rows alone, without files."""
    picks = [(row, column) for row in rows for column in columns for _ in range(each)]
    images = factories.rows(member, [f"{row} {column} dune" for row, column in picks])
    run: Run = images[0].job.run
    run.axes = [
        {"kind": "choice", "label": "colour", "values": rows},
        {"kind": "choice", "label": "light", "values": columns},
    ]
    run.each = each
    run.save()
    for place, (image, pick) in enumerate(zip(images, picks, strict=True)):
        Job.objects.filter(pk=image.job_id).update(picks=list(pick), variation=place // each)
    return run


def pictured(member: Member, run: Run) -> None:
    """Give the images of a run files: all the same one."""
    one = factories.image(member, size=(96, 64))
    shared = {"original": one.original, "format": one.format, "rendered_at": one.rendered_at}
    for image in Image.objects.filter(job__run=run):
        Image.objects.filter(pk=image.pk).update(**shared, width=96, height=64)
    folder = settings.PICTURES
    for image in Image.objects.filter(job__run=run):
        (folder / image.token).symlink_to(folder / one.token)


@pytest.fixture
def run(ada: Member) -> Run:
    run = made(ada, ["red", "blue"], ["dusk", "dawn", "noon"])
    pictured(ada, run)
    return run


def book(member: Member, run: Run, **layout: int) -> Book:
    return book_of(grid_of(run, member=member, **layout))


def taken(client: Client, run: Run, kind: str, layout: str = "") -> bytes:
    answer: Any = client.get(f"/runs/{run.pk}/export/{kind}{layout}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == KINDS[kind]
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer["Content-Security-Policy"]
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def fail(run: Run, count: int) -> None:
    jobs = list(Job.objects.filter(run=run).order_by("position")[:count])
    Image.objects.filter(job__in=jobs).delete()
    Job.objects.filter(pk__in=[job.pk for job in jobs]).update(state=State.FAILED, cost=None)


class TestPicture:
    def test_it_is_a_whole_png_with_a_place_for_each_cell(self, as_ada: Client, run: Run) -> None:
        with Drawing.open(io.BytesIO(taken(as_ada, run, "png"))) as picture:
            picture.load()
            assert picture.format == "PNG"
            red = sum(count for count, colour in picture.getcolors(1 << 24) or () if is_red(colour))
        assert red > 0.9 * 6 * 96 * 64

    def test_labels_are_wrapped_and_never_cut(self, ada: Member) -> None:
        small = book(ada, made(ada, ["red"], ["dusk"]))
        large = book(ada, made(ada, [LONG], [LONG]))
        assert height(large) > height(small) + 200
        pen = Pen(20)
        lines = pen.wrapped(LONG, 200)
        assert " ".join(lines).split() == LONG.split()
        assert all(pen.width(line) <= 200 for line in lines)
        word = "x" * 500
        assert "".join(pen.wrapped(word, 90)) == word
        assert all(pen.width(line) <= 90 for line in pen.wrapped(word, 90))

    def test_twenty_by_twenty_stays_within_its_bounds(self, ada: Member) -> None:
        many = [f"word {number}" for number in range(20)]
        shown = book(ada, made(ada, many, many))
        pieces = gridpicture.painted(shown)
        header = next(pieces)
        width, tall = (int.from_bytes(header[at : at + 4]) for at in (16, 20))
        assert width * tall <= gridpicture.MOST_PIXELS
        largest = max(len(piece) for piece in pieces)
        assert largest < 8_000_000  # a row at a time

    def test_repeats_stand_beside_each_other(self, ada: Member) -> None:
        one, four = (made(ada, ["red"], ["dusk"], each=each) for each in (1, 4))
        assert height(book(ada, four)) > height(book(ada, one))

    def test_cells_that_are_missing_have_their_place_and_a_sentence(self, as_ada: Client, run: Run) -> None:
        fail(run, 2)
        shown = book(run.member, run)
        assert shown.missing == "2 of 6 images are missing: 2 failed."
        assert [picture.why for picture in shown.pictures][:3] == ["Failed", "Failed", ""]
        with Drawing.open(io.BytesIO(taken(as_ada, run, "png"))) as picture:
            picture.load()

    @pytest.mark.parametrize("words", ["", "\u202e\u0000\ud83e", "中文 жёлтый 🦊", "<b>&amp;</b>", "\n\t "])
    def test_strange_words_are_drawn_and_break_nothing(self, ada: Member, words: str) -> None:
        pen = Pen(18)
        lines = pen.wrapped(words.encode("utf-8", "ignore").decode(), 100)
        assert pen.height(lines) >= pen.line
        pen.write(ImageDraw.Draw(Drawing.new("RGB", (50, 50))), (0, 0), lines, "#000000")


def height(shown: Book) -> int:
    return int.from_bytes(next(gridpicture.painted(shown))[20:24])


def is_red(colour: Any) -> bool:
    return all(abs(one - other) < 12 for one, other in zip(colour, (196, 81, 45), strict=True))


class TestZip:
    def test_it_holds_the_originals_and_a_table(self, as_ada: Client, run: Run) -> None:
        with zipfile.ZipFile(io.BytesIO(taken(as_ada, run, "zip"))) as kept:
            assert kept.testzip() is None
            names = kept.namelist()
            assert names[0] == "01-01-red-dusk-1.jpg"
            assert len(names) == len(set(names)) == 7
            assert kept.read(names[0])[:3] == b"\xff\xd8\xff"
            assert names[-1] == "images.csv"

    def test_a_file_that_is_gone_is_said_in_the_table(self, as_ada: Client, run: Run) -> None:
        Image.objects.filter(job__run=run, job__position=0).update(original="ab/gone.jpeg")
        with zipfile.ZipFile(io.BytesIO(taken(as_ada, run, "zip"))) as kept:
            assert len(kept.namelist()) == 6
            assert "done, its file is missing" in kept.read("images.csv").decode()

    def test_names_are_names_whatever_the_labels(self, ada: Member, as_ada: Client) -> None:
        run = made(ada, ["../../etc/passwd", "con:\\\\*?"], ["x" * 300, "中"])
        pictured(ada, run)
        with zipfile.ZipFile(io.BytesIO(taken(as_ada, run, "zip"))) as kept:
            for name in kept.namelist():
                assert re.fullmatch(r"[\w.-]{1,120}", name)
                assert ".." not in name


class TestTable:
    def test_a_row_for_each_image_with_its_picks(self, as_ada: Client, run: Run) -> None:
        rows = list(csv.DictReader(io.StringIO(taken(as_ada, run, "csv").decode("utf-8-sig"))))
        assert [(row["colour"], row["light"]) for row in rows][:2] == [("red", "dusk"), ("red", "dawn")]
        assert {(row["state"], row["credits"], row["width"]) for row in rows} == {("done", "14", "96")}

    def test_no_word_of_a_prompt_is_a_formula(self, ada: Member, as_ada: Client) -> None:
        run = made(ada, [CANARY, "@SUM(1)"], ["-2+3", "\tx"])
        Job.objects.filter(run=run).update(prompt="+cmd|' /C calc'!A0")
        rows = list(csv.reader(io.StringIO(taken(as_ada, run, "csv").decode("utf-8-sig"))))
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]
        assert rows[1][0] == f"'{CANARY}"

    def test_json_says_the_same(self, as_ada: Client, run: Run) -> None:
        fail(run, 1)
        kept = json.loads(taken(as_ada, run, "json"))
        assert kept["axes"] == ["colour", "light"]
        assert kept["missing"] == "1 of 6 images is missing: 1 failed."
        assert kept["images"][1]["picks"] == {"colour": "red", "light": "dawn"}
        assert [image["state"] for image in kept["images"]] == ["failed"] + ["done"] * 5


class _Addresses(HTMLParser):
    """Gathers what a page would load, and its scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        self.loaded += [value or "" for name, value in attrs if name in {"src", "href", "srcset", "action"}]


class TestPage:
    def test_it_needs_nothing_but_itself(self, as_ada: Client, run: Run) -> None:
        page = taken(as_ada, run, "html").decode()
        found = _Addresses()
        found.feed(page)
        assert len(found.loaded) == 6
        assert all(address.startswith("data:image/webp;base64,") for address in found.loaded)
        assert found.scripts == 0
        assert re.findall(r"url\((?!data:)", page) == []

    def test_labels_are_whole_and_words_are_never_marks(self, ada: Member, as_ada: Client) -> None:
        run = made(ada, [LONG.strip(), "<script>alert(1)</script>"], ["dusk"])
        page = taken(as_ada, run, "html").decode()
        assert LONG.strip() in page
        assert "<script" not in page

    def test_what_is_missing_is_said(self, as_ada: Client, run: Run) -> None:
        fail(run, 1)
        page = taken(as_ada, run, "html").decode()
        assert "1 of 6 images is missing: 1 failed." in page
        assert '<p class="none">Failed</p>' in page


class TestLayout:
    def test_it_is_turned_as_the_address_says(self, as_ada: Client, ada: Member, run: Run) -> None:
        assert [row.label for row in book(ada, run, rows=1, columns=0).sheets[0].rows] == [
            "dusk",
            "dawn",
            "noon",
        ]
        assert taken(as_ada, run, "csv", "?rows=1&columns=0").splitlines()[1].startswith(b"red,dusk")

    def test_a_third_axis_makes_sheets_and_folders(self, ada: Member) -> None:
        run = made(ada, ["red", "blue"], ["dusk"])
        run.axes = [*run.axes, {"kind": "size", "label": "size", "values": ["1K", "2K"]}]
        run.save()
        for job in Job.objects.filter(run=run):
            job.picks = [*job.picks, "2K" if job.position else "1K"]
            job.save(update_fields=["picks"])
        sheets = book(ada, run).sheets
        assert [sheet.title for sheet in sheets] == ["1K", "2K"]
        holes = [len(cell.pictures) for sheet in sheets for row in sheet.rows for cell in row.cells]
        assert holes == [1, 0, 0, 1]
        assert next(picture.name for picture in book(ada, run).pictures).startswith("01-1k/01-01-")

    def test_a_run_without_axes_is_a_list_of_its_variations(self, ada: Member) -> None:
        images = factories.rows(ada, ["a red dune", "a blue dune"])
        sheet = book(ada, images[0].job.run).sheets[0]
        assert [row.label for row in sheet.rows] == ["a red dune", "a blue dune"]


class TestDoors:
    @pytest.mark.parametrize("kind", KINDS)
    def test_it_asks_as_often_for_many_as_for_few(self, as_ada: Client, ada: Member, kind: str) -> None:
        counts = set()
        for size in (1, 5):
            words = [str(number) for number in range(size)]
            run = made(ada, words, words)
            with CaptureQueriesContext(connection) as asked:
                taken(as_ada, run, kind)
            counts.add(len(asked))
        assert len(counts) == 1
        assert max(counts) <= 5

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_colleague_and_a_stranger_find_nothing(
        self, run: Run, client: Client, member: MakeMember, signed_in: Callable[[Member], Client], kind: str
    ) -> None:
        assert "/sign-in" in client.get(f"/runs/{run.pk}/export/{kind}")["Location"]
        assert signed_in(member()).get(f"/runs/{run.pk}/export/{kind}").status_code == 404

    def test_wrong_kinds_ids_and_methods(self, as_ada: Client, run: Run) -> None:
        for kind in ("exe", "PNG", "png.png", "..", "%00"):
            assert as_ada.get(f"/runs/{run.pk}/export/{kind}").status_code == 404
        assert as_ada.get(f"/runs/{uuid4()}/export/png").status_code == 404
        assert as_ada.post(f"/runs/{run.pk}/export/png").status_code == 405
        assert as_ada.head(f"/runs/{run.pk}/export/png").status_code == 200
        for layout in ("?rows=x", "?rows=-1", "?rows=99", "?rows=0&columns=0", "?tabs=²"):
            assert taken(as_ada, run, "json", layout)

    def test_a_second_export_at_once_is_told_to_come_again(
        self, as_ada: Client, ada: Member, run: Run
    ) -> None:
        place = gate.enter(ada.pk)
        assert place is not None
        second = as_ada.get(f"/runs/{run.pk}/export/png")
        assert (second.status_code, second["Retry-After"]) == (429, "5")
        assert taken(as_ada, run, "csv")  # that is done at once
        place.leave()
        assert taken(as_ada, run, "png")
        assert taken(as_ada, run, "zip")

    def test_the_run_has_a_link_for_each(self, as_ada: Client, run: Run) -> None:
        page = as_ada.get(f"/runs/{run.pk}").content.decode()
        for kind in KINDS:
            assert f'href="/runs/{run.pk}/export/{kind}"' in page


class TestGate:
    def test_one_a_member_and_so_many_in_all(self) -> None:
        door = Gate(2)
        one, two, three = uuid4(), uuid4(), uuid4()
        first = door.enter(one)
        assert first is not None
        assert door.enter(one) is None
        assert door.enter(two) is not None
        assert door.enter(three) is None
        first.leave()
        assert door.enter(three) is not None

    def test_a_reader_who_goes_away_gives_the_place_back_once(self) -> None:
        door, member = Gate(2), uuid4()
        for read in (0, 1, 3):
            place = door.enter(member)
            assert place is not None
            sending = place.through(iter([b"a", b"b", b"c"]))
            pieces = iter(sending)
            assert [next(pieces) for _ in range(read)] == [b"a", b"b", b"c"][:read]
            sending.close()
        again = door.enter(member)
        sending.close()  # said twice: the place of somebody else is not given away
        assert door.enter(member) is None
        assert again is not None
