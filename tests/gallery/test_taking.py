"""Images taken along: names that every system takes, files with a recipe or clean, one ZIP (C21, C22)."""

import csv
import io
import re
import zipfile
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Drawing

from gallery import filenames, recoding
from gallery.models import Taking
from gallery.recoding import Format, Inside
from studio.accounts.models import Member
from studio.generation import dialects, embedded
from studio.generation.exportgate import gate
from studio.generation.models import Image
from tests.gallery import factories
from tests.gallery.reading import body

RECIPE: dict[str, object] = {
    "prompt": "a “red” <dune> & 東京", "width": 1024, "height": 1024, "quality": "high", "image": "1"
}  # fmt: skip
BAD_NAMES = [
    "con",
    "NUL.txt",
    "../../etc/passwd",
    "a" * 500,
    "\u202egnp.exe",
    "a\x00b",
    " . ",
    "东" * 300,
    "x:y|z?",
]


class TestNames:
    """Patterns, and what becomes of them"""

    @pytest.mark.parametrize(
        ("pattern", "sentence"),
        [
            ("", "Write how the files"),
            ("{prompt", "A “{” stands alone"),
            ("prompt}", "A “}” stands alone"),
            ("{prompts}", "There is no {prompts}"),
            ("{}", "There is no {}"),
            ("x" * 121, "121 characters"),
            ("a/b/c/d/e", "more than 3 folders"),
        ],
    )
    def test_a_pattern_that_names_nothing_says_why(self, pattern: str, sentence: str) -> None:
        with pytest.raises(filenames.BadPattern, match=re.escape(sentence)):
            filenames.check(pattern)

    def test_fields_are_filled_and_slashes_make_folders(self) -> None:
        values = {"member": "Anna / Berg", "number": "007", "prompt": "A red dune, at dusk"}
        assert filenames.fill("{member}/{number} {prompt}", values) == "anna-berg/007 a-red-dune-at-dusk"
        assert filenames.fill("{number}-{seed?}", values) == "007"

    @given(
        st.text(max_size=300), st.sampled_from(["{prompt}", "{member}/{prompt}", "../{prompt}", "{prompt}."])
    )
    def test_every_name_is_taken_by_every_system(self, text: str, pattern: str) -> None:
        self.is_fine(filenames.fill(pattern, {"prompt": text, "member": text}))

    @pytest.mark.parametrize("text", BAD_NAMES)
    def test_a_name_written_as_it_stands_is_made_safe(self, text: str) -> None:
        self.is_fine(filenames.fill(text, {}))

    @staticmethod
    def is_fine(name: str) -> None:
        assert name
        for part in name.split("/"):
            assert part
            assert part == part.strip(" .")
            assert not re.search(r'[<>:"|?*\\\x00-\x1f\x7f\u202a-\u202e]', part)
            assert part.partition(".")[0].casefold() not in filenames.OWN_OF_WINDOWS
            assert len(f"{part}-99999.jpeg".encode()) <= 255

    def test_no_two_are_the_same_where_capitals_do_not_count(self) -> None:
        names = filenames.Names()
        given = [names.give(stem, "jpg") for stem in ("Dune", "dune", "dune-2", "dune", "DÜNE", "düne")]
        assert len({name.casefold() for name in given}) == 6
        assert given[:2] == ["Dune.jpg", "dune-2.jpg"]


def drawn(kind: str, **more: Any) -> bytes:
    file = io.BytesIO()
    Drawing.new("RGB", (60, 40), "#c4512d").save(file, kind, **more)
    return file.getvalue()


def handed(data: bytes, kept: str, wanted: Format, inside: Inside) -> bytes:
    return recoding.handed(data, kept, wanted, inside, recipe=RECIPE, size=(60, 40))


@pytest.mark.parametrize("kept", ["jpeg", "png", "webp"])
@pytest.mark.parametrize("wanted", list(Format))
class TestFile:
    """What is inside a file that is handed out"""

    def test_c22_the_recipe_inside_is_read_back_by_the_studio(self, kept: str, wanted: Format) -> None:
        data = handed(drawn(kept), kept, wanted, Inside.RECIPE)
        found = dialects.read(embedded.texts(data))
        assert found is not None
        assert (found.tool, found.prompt, found.width) == ("this studio", RECIPE["prompt"], 1024)
        self.is_a(recoding.kind_of(kept, wanted), data)

    def test_c22_clean_says_nothing_of_anybody(self, kept: str, wanted: Format) -> None:
        exif = Drawing.Exif()
        exif[0x010E], exif[0x0112] = "made by the provider", 6
        data = handed(drawn(kept, exif=exif, comment=b"provider"), kept, wanted, Inside.CLEAN)
        assert embedded.texts(data) == []
        assert b"provider" not in data
        with Drawing.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as picture:
            assert not picture.getexif()
            assert picture.size == (40, 60), "it stands as a browser would have turned it"

    def test_it_is_whole(self, kept: str, wanted: Format) -> None:
        self.is_a(recoding.kind_of(kept, wanted), handed(drawn(kept), kept, wanted, Inside.AS_KEPT))

    @staticmethod
    def is_a(kind: str, data: bytes) -> None:
        with Drawing.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as picture:
            picture.load()
            assert (picture.format or "").lower() == kind
            assert picture.size == (60, 40)


@pytest.mark.parametrize("wanted", [Format.PNG, Format.WEBP])
def test_a_large_picture_is_drawn_by_a_process_of_its_own(
    monkeypatch: pytest.MonkeyPatch, wanted: Format
) -> None:
    here = handed(drawn("jpeg"), "jpeg", wanted, Inside.CLEAN)
    monkeypatch.setattr(recoding, "LARGE", 0)
    assert handed(drawn("jpeg"), "jpeg", wanted, Inside.CLEAN) == here
    with pytest.raises(recoding.Unmade):
        handed(b"\xff\xd8nothing", "jpeg", wanted, Inside.AS_KEPT)


def test_what_is_no_picture_any_more_is_said() -> None:
    for wanted, inside in ((Format.PNG, Inside.AS_KEPT), (Format.ORIGINAL, Inside.CLEAN)):
        with pytest.raises(recoding.Unmade, match="not a whole picture"):
            handed(b"\xff\xd8nothing", "jpeg", wanted, inside)


def unzipped(answer: Any) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body(answer))) as kept:
        assert kept.testzip() is None
        return {name: kept.read(name) for name in kept.namelist()}


def lines(files: dict[str, bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files["manifest.csv"].decode("utf-8-sig"))))


@pytest.mark.django_db
class TestZip:
    """/download.zip"""

    def test_img_09_a_selection_is_zipped_and_what_is_not_to_be_seen_is_left_out(
        self, as_ada: Client, ada: Member, bob: Member
    ) -> None:
        mine = factories.image(ada, "a red dune", visibility="private")
        theirs = factories.image(bob, "a blue fjord")
        hidden = factories.image(bob, "hidden", visibility="private")
        chosen = {
            "images": f"{mine.uuid} {theirs.uuid} {hidden.uuid} nonsense",
            "pattern": "{member}/{prompt}",
        }
        page = as_ada.post("/download", chosen).content.decode()
        assert "Download 2 images" in page
        assert "2 images are left out" in page
        files = unzipped(as_ada.post("/download.zip", chosen))
        assert set(files) == {"ada-lovelace/a-red-dune.jpg", "bob-bauer/a-blue-fjord.jpg", "manifest.csv"}
        assert "hidden" not in files["manifest.csv"].decode()
        assert [row["credits"] for row in lines(files)] == ["14", "14"]
        assert {row["state"] for row in lines(files)} == {"in this ZIP"}
        assert Taking.objects.get().pattern == "{member}/{prompt}"

    def test_all_that_a_search_finds(self, as_ada: Client, ada: Member) -> None:
        for prompt in ("a dune at dawn", "a dune at dusk", "a fjord"):
            factories.image(ada, prompt)
        files = unzipped(as_ada.post("/download.zip?q=dune", {"all": "1", "format": "webp"}))
        assert sorted(files) == ["001-a-dune-at-dusk.webp", "002-a-dune-at-dawn.webp", "manifest.csv"]

    def test_a_missing_original_is_a_line_and_a_note_never_an_error(
        self, as_ada: Client, ada: Member, settings: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        there, gone = factories.image(ada, "there"), factories.image(ada, "gone")
        (settings.ORIGINALS / gone.original).unlink()
        for how in ("original", "png"):
            both = {"images": f"{there.uuid} {gone.uuid}", "format": how}
            files = unzipped(as_ada.post("/download.zip", both))
            assert "is missing on the server" in files["001-gone (missing).txt"].decode()
            assert [row["state"] for row in lines(files)] == ["its file is missing", "in this ZIP"]
        assert str(gone.uuid) in caplog.text

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
    def test_web_11_no_cell_is_a_formula(self, as_ada: Client, ada: Member, start: str) -> None:
        image = factories.image(ada, f"{start}HYPERLINK(1)")
        files = unzipped(as_ada.post("/download.zip", {"image": image.uuid}))
        with io.StringIO(files["manifest.csv"].decode("utf-8-sig"), newline="") as sheet:
            (row,) = csv.DictReader(sheet)
        assert row["prompt"] == f"'{start}HYPERLINK(1)"

    @pytest.mark.parametrize("form", [{}, {"images": "x"}, {"image": "0" * 32}])
    def test_nothing_to_send_is_said(self, as_ada: Client, form: dict[str, str]) -> None:
        answer = as_ada.post("/download.zip", form)
        assert answer.status_code == 422
        assert "None of these images" in answer.content.decode()

    def test_a_pattern_that_names_nothing_is_said_and_kept_to_be_mended(
        self, as_ada: Client, ada: Member
    ) -> None:
        form = {"image": factories.image(ada).uuid, "pattern": "{promt}"}
        answer = as_ada.post("/download.zip", form)
        assert answer.status_code == 422
        assert "There is no {promt}" in answer.content.decode()
        assert 'value="{promt}"' in answer.content.decode()
        assert not Taking.objects.exists()

    def test_load_07_a_second_one_is_told_to_come_again(self, as_ada: Client, ada: Member) -> None:
        place = gate.enter(ada.pk)
        assert place is not None
        answer = as_ada.post("/download.zip", {"image": factories.image(ada).uuid})
        place.leave()
        assert (answer.status_code, answer["Retry-After"]) == (429, "5")

    def test_as_many_queries_for_many_as_for_few(
        self, as_ada: Client, ada: Member, django_assert_max_num_queries: Any
    ) -> None:
        for many in (10, 20):
            images = [str(image.uuid) for image in factories.rows(ada, ["a dune"] * many)]
            with django_assert_max_num_queries(16):
                files = unzipped(as_ada.post("/download.zip", {"images": " ".join(images)}))
            assert len(files) == many + 1


@pytest.mark.django_db
class TestOne:
    """/images/<uuid>/download"""

    @pytest.mark.parametrize(
        ("kind", "ending"), [("original", "jpg"), ("png", "png"), ("webp", "webp"), ("x", "jpg")]
    )
    def test_in_the_kind_that_is_asked_for(self, as_ada: Client, ada: Member, kind: str, ending: str) -> None:
        image = factories.image(ada, "A red dune")
        answer = as_ada.get(f"/images/{image.uuid}/download?format={kind}&inside=clean")
        assert (
            answer["Content-Disposition"]
            == f'attachment; filename="a-red-dune-{str(image.uuid)[:8]}.{ending}"'
        )
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]

    def test_a_missing_file_is_a_page(self, as_ada: Client, ada: Member, settings: Any) -> None:
        image = factories.image(ada)
        (settings.ORIGINALS / image.original).unlink()
        answer = as_ada.get(f"/images/{image.uuid}/download?format=png")
        assert answer.status_code == 404
        assert "The file of this image is missing on the server." in answer.content.decode()

    @pytest.mark.parametrize(
        "headers", [{"Sec-Fetch-Dest": "image"}, {"Accept": "image/avif,image/webp,*/*"}]
    )
    def test_where_a_picture_stands_in_a_page_a_line_stands_instead(
        self, as_ada: Client, ada: Member, settings: Any, headers: dict[str, str]
    ) -> None:
        image = factories.image(ada)
        (settings.ORIGINALS / image.original).unlink()
        answer = as_ada.get(f"/images/{image.uuid}/original", headers=headers)
        assert (answer.status_code, answer["Content-Type"]) == (404, "image/svg+xml")
        assert "The file of this image is missing" in answer.content.decode()
        assert "sandbox" in answer["Content-Security-Policy"]


def test_an_image_knows_what_a_pattern_may_ask(ada: Member) -> None:
    from gallery import manifest

    image = factories.image(ada)
    image = Image.objects.select_related("member", "job__run__experiment").get(pk=image.pk)
    assert manifest.values(image, 1, manifest.said_of([image.pk])).keys() == filenames.FIELDS.keys() - {
        "seed"
    }
