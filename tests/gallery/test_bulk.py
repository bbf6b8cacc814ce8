"""One action on many images: what it changes, whom it refuses, and that it is taken back (C19, C20)."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gallery import boards, bulk, selection
from gallery.bulk import Done
from gallery.models import Board, BoardImage, Deed, ImageTag, Tag
from studio.accounts.models import Member
from studio.generation.models import Image
from tests.gallery import factories
from tests.gallery.factories import PRIVATE, TEAM
from tests.gallery.reading import HTMX, text, tiles

pytestmark = pytest.mark.django_db

ROLES = ("designer", "reviewer", "credit_admin", "owner")
ORDERS = {"reviewer", "credit_admin", "owner"}
CLEARS = {"credit_admin", "owner"}


def form(**fields: str) -> QueryDict:
    asked = QueryDict(mutable=True)
    asked.update(fields)
    return asked


def do(member: Member, name: str, images: list[Image], /, **fields: str) -> Done:
    chosen = selection.of([str(image.uuid) for image in images])
    return bulk.run(member, name, chosen, form(**fields))


def lying(board: Board) -> set[int]:
    return set(BoardImage.objects.filter(board=board).values_list("image_id", flat=True))


def tags(image: Image) -> set[str]:
    return set(ImageTag.objects.filter(image=image).values_list("tag__name", flat=True))


class TestBoards:
    def test_images_are_put_on_a_board_once_and_taken_back(self, ada: Member) -> None:
        board = boards.make(ada, "Desert")
        one, two = factories.rows(ada, ["one", "two"])
        do(ada, "board", [one], board=str(board.pk))
        done = do(ada, "board", [one, two], board=str(board.pk))
        assert done.sentence == "2 images put on Desert."
        assert lying(board) == {one.pk, two.pk}
        assert done.deed
        assert bulk.take_back(done.deed)
        assert lying(board) == {one.pk}  # it lay there before
        assert not bulk.take_back(done.deed)

    def test_moved_ones_leave_the_other_board_and_come_back_to_it(self, ada: Member) -> None:
        here, there = boards.make(ada, "Here"), boards.make(ada, "There")
        (one,) = factories.rows(ada, ["one"])
        do(ada, "board", [one], board=str(here.pk))
        done = do(ada, "board", [one], board=str(there.pk), **{"from": str(here.pk)})
        assert (lying(here), lying(there)) == (set(), {one.pk})
        assert done.deed
        bulk.take_back(done.deed)
        assert (lying(here), lying(there)) == ({one.pk}, set())

    def test_a_new_board_is_made_for_them_and_goes_with_the_undo(self, ada: Member) -> None:
        (one,) = factories.rows(ada, ["one"])
        done = do(ada, "board", [one], name="  Nordic   winter ")
        board = Board.objects.get()
        assert (board.name, lying(board)) == ("Nordic winter", {one.pk})
        assert done.deed
        bulk.take_back(done.deed)
        assert not boards.there().exists()
        assert Image.objects.filter(pk=one.pk, deleted_at=None).exists()

    def test_what_leaves_a_folder_leaves_its_boards_and_comes_back_to_them(self, ada: Member) -> None:
        folder = boards.make(ada, "Folder")
        inside = boards.make(ada, "Inside", folder)
        (one,) = factories.rows(ada, ["one"])
        do(ada, "board", [one], board=str(inside.pk))
        done = do(ada, "unboard", [one], board=str(folder.pk))
        assert (done.sentence, lying(inside)) == ("1 image taken from Folder.", set())
        assert done.deed
        bulk.take_back(done.deed)
        assert lying(inside) == {one.pk}


class TestTags:
    def test_tags_have_one_spelling(self, ada: Member) -> None:
        one, two = factories.rows(ada, ["one", "two"])
        do(ada, "tag", [one], tags="Red  Dune, #ÉTÉ")
        done = do(ada, "tag", [one, two], tags="red dune")
        assert (tags(one), tags(two)) == ({"red dune", "été"}, {"red dune"})
        assert Tag.objects.count() == 2
        assert done.deed
        bulk.take_back(done.deed)
        assert (tags(one), tags(two)) == ({"red dune", "été"}, set())

    def test_they_are_taken_off_and_put_back(self, ada: Member) -> None:
        one, two = factories.rows(ada, ["one", "two"])
        do(ada, "tag", [one], tags="dune")
        done = do(ada, "untag", [one, two], tags="Dune")
        assert (done.sentence, tags(one)) == ("“dune” taken off 1 image.", set())
        assert done.deed
        bulk.take_back(done.deed)
        assert (tags(one), tags(two)) == ({"dune"}, set())


class TestVisibility:
    def test_renditions_get_another_name_when_they_go_private(
        self, ada: Member, as_bob: Client, django_capture_on_commit_callbacks: Any
    ) -> None:
        image, other = factories.image(ada), factories.image(ada, visibility=PRIVATE)
        kept = image.rendition(256)
        with django_capture_on_commit_callbacks(execute=True):
            done = do(ada, "visibility", [image, other], visibility=PRIVATE)
        assert as_bob.get(kept).status_code == 404
        image.refresh_from_db()
        assert as_bob.get(image.rendition(256)).status_code == 200  # whoever has the name
        assert image.visibility == PRIVATE
        assert done.deed
        bulk.take_back(done.deed)
        image.refresh_from_db()
        other.refresh_from_db()
        assert (image.visibility, other.visibility) == (TEAM, PRIVATE)


class TestRights:
    """What a role may do to its own, to a colleague's and to what it may not see (PERM-04, PERM-05)."""

    @pytest.mark.parametrize("role", ROLES)
    @pytest.mark.parametrize(
        ("name", "fields", "may"),
        [
            ("board", {"name": "New"}, ORDERS),
            ("tag", {"tags": "dune"}, ORDERS),
            ("trash", {}, CLEARS),
            ("visibility", {"visibility": PRIVATE}, set()),
        ],
    )
    def test_the_rest_is_refused_row_by_row_and_counted(
        self,
        member: Callable[..., Member],
        ada: Member,
        role: str,
        name: str,
        fields: dict[str, str],
        may: set[str],
    ) -> None:
        asking = member(role)
        (own,) = factories.rows(asking, ["own"])
        (teams,) = factories.rows(ada, ["of the team"])
        (hidden,) = factories.rows(ada, ["hidden"], visibility=PRIVATE)
        done = do(asking, name, [own, teams, hidden], **fields)
        assert done.deed
        expected = {own.pk, teams.pk} if role in may else {own.pk}
        assert set(done.deed.kept["ids"]) == expected
        refused = 3 - len(expected)
        assert done.deed.refused == refused
        assert done.sentence.endswith(f"; {refused} {'is' if refused == 1 else 'are'} not yours to change.")

    def test_who_lost_a_role_meanwhile_takes_back_only_what_is_theirs(
        self, member: Callable[..., Member], ada: Member
    ) -> None:
        asking = member("reviewer")
        (teams,) = factories.rows(ada, ["of the team"])
        done = do(asking, "tag", [teams], tags="dune")
        Member.objects.filter(pk=asking.pk).update(role="designer")
        deed = Deed.objects.get(pk=done.deed.pk if done.deed else uuid4())
        bulk.take_back(deed)
        assert tags(teams) == {"dune"}

    def test_ids_of_nobody_are_counted_as_others(self, ada: Member) -> None:
        done = bulk.run(ada, "trash", selection.of([str(uuid4()), "x", "x"]), form())
        assert (done.deed, done.sentence) == (None, "Nothing was changed: 2 are not yours to change.")


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("board", {"name": "New"}),
        ("tag", {"tags": "dune, dusk"}),
        ("visibility", {"visibility": PRIVATE}),
        ("trash", {}),
    ],
)
def test_many_take_as_many_queries_as_few(ada: Member, name: str, fields: dict[str, str]) -> None:
    counts = []
    for number in (10, 20):
        images = factories.rows(ada, [f"dune {place}" for place in range(number)])
        with CaptureQueriesContext(
            connection,
        ) as asked:
            done = do(
                ada,
                name,
                images,
                **{key: f"{value} {number}" if key == "name" else value for key, value in fields.items()},
            )
        assert done.deed
        assert done.deed.done == number
        with CaptureQueriesContext(connection) as back:
            bulk.take_back(done.deed)
        counts.append((len(asked), len(back)))
    assert counts[0] == counts[1]


class TestDoor:
    """POST /gallery/do/<name>"""

    def test_a_plain_form_comes_back_with_undo_which_takes_it_back(self, as_ada: Client, ada: Member) -> None:
        image = factories.image(ada)
        answer = as_ada.post("/gallery/do/trash", {"image": str(image.uuid), "next": "/gallery?q=dune"})
        assert (answer.status_code, answer["Location"]) == (302, "/gallery?q=dune")
        page = text(as_ada.get("/gallery"))
        deed = Deed.objects.get()
        assert "1 image moved to the trash." in page
        assert f'action="/deeds/{deed.pk}/undo"' in page
        assert tiles(page) == []
        as_ada.post(f"/deeds/{deed.pk}/undo")
        assert tiles(text(as_ada.get("/gallery"))) == [str(image.uuid)]

    def test_taken_back_is_what_was_done_and_not_what_was_refused(
        self, as_ada: Client, ada: Member, bob: Member
    ) -> None:
        ids = f"{factories.image(ada).uuid} {factories.rows(bob, ['hidden'], visibility=PRIVATE)[0].uuid}"
        as_ada.post("/gallery/do/tag", {"images": ids, "tags": "sea; shore"})
        page = text(as_ada.post(f"/deeds/{Deed.objects.get().pk}/undo", follow=True))
        assert "Taken back: 1 image tagged “sea; shore”." in page

    def test_images_gone_meanwhile_are_left_out_of_comparing_and_counted(
        self, as_ada: Client, ada: Member, bob: Member
    ) -> None:
        seen = [str(factories.image(ada).uuid) for _ in range(2)]
        (hidden,) = factories.rows(bob, ["hidden"], visibility=PRIVATE)
        page = text(
            as_ada.post("/gallery/compare", {"images": f"{hidden.uuid} {' '.join(seen)}"}, follow=True)
        )
        assert "Compare 2 images" in page
        assert "1 is left out: gone, or not yours to see." in page
        assert str(hidden.uuid) not in page

    def test_all_that_match_are_meant_by_the_search_of_the_address(self, as_ada: Client, ada: Member) -> None:
        factories.image(ada, "a red dune")
        other = factories.image(ada, "a heron")
        as_ada.post("/gallery/do/trash?q=dune", {"all": "1"})
        assert tiles(text(as_ada.get("/gallery"))) == [str(other.uuid)]

    def test_what_came_after_the_page_is_not_meant(self, as_ada: Client, ada: Member) -> None:
        seen = factories.image(ada, "dune one")
        later = factories.image(ada, "dune two")
        as_ada.post("/gallery/do/trash?q=dune", {"all": "1", "upto": str(seen.created_at.timestamp())})
        assert tiles(text(as_ada.get("/gallery"))) == [str(later.uuid)]

    def test_htmx_gets_a_toast_and_the_tiles_that_are_gone(self, as_ada: Client, ada: Member) -> None:
        image = factories.image(ada)
        answer = as_ada.post("/gallery/do/trash", {"images": str(image.uuid)}, headers=HTMX)
        assert f"delete:li:has(> #image-{image.uuid})" in text(answer)
        assert "1 image moved to the trash." in text(answer)
        assert "studio:selection-done" in answer["HX-Trigger"]

    @pytest.mark.parametrize(
        "fields", [{}, {"tags": ""}, {"tags": "x" * 41}, {"tags": ",".join("abcdefghijkl")}]
    )
    def test_what_makes_no_sense_is_said_and_changes_nothing(
        self, as_ada: Client, ada: Member, fields: dict[str, str]
    ) -> None:
        image = factories.image(ada)
        answer = as_ada.post("/gallery/do/tag", {"image": str(image.uuid), **fields}, follow=True)
        assert answer.status_code == 200
        assert not Deed.objects.exists()
        assert not Tag.objects.exists()

    def test_there_is_no_other_door(
        self, as_ada: Client, as_bob: Client, client: Client, ada: Member
    ) -> None:
        image = factories.image(ada)
        chosen = {"image": str(image.uuid), "tags": "dune"}
        assert as_ada.post("/gallery/do/buy", chosen).status_code == 404
        assert as_ada.get("/gallery/do/tag").status_code == 405
        assert client.post("/gallery/do/tag", chosen)["Location"].startswith("/sign-in")
        as_ada.post("/gallery/do/tag", chosen)
        deed = Deed.objects.get()
        assert as_bob.post(f"/deeds/{deed.pk}/undo").status_code == 404
        assert as_ada.get(f"/deeds/{deed.pk}/undo").status_code == 405
        assert as_ada.post(f"/deeds/{uuid4()}/undo").status_code == 404
        assert tags(image) == {"dune"}

    def test_it_leads_nowhere_else(self, as_ada: Client, ada: Member) -> None:
        image = factories.image(ada)
        answer = as_ada.post("/gallery/do/trash", {"image": str(image.uuid), "next": "https://evil.example/"})
        assert answer["Location"] == "/gallery"
