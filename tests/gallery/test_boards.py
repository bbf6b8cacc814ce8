"""Boards, saved searches, favourites, tags: their doors (C5, C6, C11)."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gallery import boards, searches, tagging
from gallery.models import Board, BoardImage, Favourite, SavedSearch
from gallery.refusals import Impossible
from studio.accounts.models import Member
from tests.gallery import factories
from tests.gallery.factories import PRIVATE
from tests.gallery.reading import HTMX, text, tiles
from tests.gallery.test_bulk import do

pytestmark = pytest.mark.django_db


def names(member: Member) -> list[str]:
    return [shelf.board.name for shelf in boards.flat(boards.shelves(member))]


class TestBoards:
    def test_one_is_made_named_moved_and_removed(self, as_ada: Client, ada: Member) -> None:
        as_ada.post("/boards", {"name": "Campaign"})
        folder = Board.objects.get()
        as_ada.post("/boards", {"name": "Desert", "folder": str(folder.pk)})
        as_ada.post("/boards", {"name": "Winter"})
        assert names(ada) == ["Campaign", "Desert", "Winter"]
        winter = Board.objects.get(name="Winter")
        as_ada.post(f"/boards/{winter.pk}", {"name": "Nordic winter"})
        as_ada.post(f"/boards/{winter.pk}/place", {"step": "up"})
        assert names(ada) == ["Nordic winter", "Campaign", "Desert"]
        as_ada.post(f"/boards/{winter.pk}/place", {"folder": str(folder.pk)})
        assert names(ada) == ["Campaign", "Nordic winter", "Desert"]
        page = text(as_ada.post(f"/boards/{winter.pk}/remove", follow=True))
        assert f'action="/boards/{winter.pk}/back"' in page
        assert names(ada) == ["Campaign", "Desert"]
        as_ada.post(f"/boards/{winter.pk}/back")
        assert names(ada) == ["Campaign", "Nordic winter", "Desert"]

    @pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
    def test_one_is_put_before_or_after_another(
        self, as_ada: Client, ada: Member, headers: dict[str, str]
    ) -> None:
        folder, desert, winter = (boards.make(ada, name) for name in ("Campaign", "Desert", "Winter"))
        inside = boards.make(ada, "Dunes", folder)
        for moved, beside, side, expected in (
            (winter, folder, "before", ["Winter", "Campaign", "Dunes", "Desert"]),
            (winter, desert, "after", ["Campaign", "Dunes", "Desert", "Winter"]),
            (winter, inside, "after", ["Campaign", "Dunes", "Winter", "Desert"]),
            (inside, desert, "before", ["Campaign", "Winter", "Dunes", "Desert"]),
            (desert, desert, "before", ["Campaign", "Winter", "Dunes", "Desert"]),
        ):
            fields = {"beside": str(beside.pk), "side": side}
            answer = as_ada.post(f"/boards/{moved.pk}/place", fields, headers=headers)
            assert answer.status_code == (200 if headers else 302)
            assert names(ada) == expected
        if headers:
            assert "has another place now" in text(answer)
            assert 'id="side-boards" hx-swap-oob="outerHTML"' in text(answer)

    @pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
    def test_a_folder_does_not_go_into_another(
        self, as_ada: Client, ada: Member, headers: dict[str, str]
    ) -> None:
        folder, other = boards.make(ada, "Campaign"), boards.make(ada, "Season")
        boards.make(ada, "Dunes", folder)
        inside = boards.make(ada, "Snow", other)
        answer = as_ada.post(f"/boards/{folder.pk}/place", {"beside": str(inside.pk)}, headers=headers)
        assert "folders hold boards only" in text(answer)
        assert names(ada) == ["Campaign", "Dunes", "Season", "Snow"]
        assert as_ada.post(f"/boards/{folder.pk}/place", {"beside": "nonsense"}).status_code == 404

    def test_a_removed_one_loses_no_image_and_comes_back_with_its_own(
        self, as_ada: Client, ada: Member
    ) -> None:
        image, board = factories.image(ada), boards.make(ada, "Desert")
        do(ada, "board", [image], board=str(board.pk))
        as_ada.post(f"/boards/{board.pk}/remove")
        assert tiles(text(as_ada.get("/gallery"))) == [str(image.uuid)]
        assert as_ada.get(f"/boards/{board.pk}").status_code == 404
        assert tiles(text(as_ada.get("/gallery", {"q": f"board:{board.pk}"}))) == []
        as_ada.post(f"/boards/{board.pk}/back")
        assert tiles(text(as_ada.get(f"/boards/{board.pk}", follow=True))) == [str(image.uuid)]

    def test_a_folder_shows_what_its_boards_hold(self, as_ada: Client, ada: Member) -> None:
        image, folder, board = factories.image(ada), boards.make(ada, "Campaign"), boards.make(ada, "Desert")
        do(ada, "board", [image], board=str(board.pk))
        assert tiles(text(as_ada.get(f"/boards/{folder.pk}", follow=True))) == []
        boards.move(board, folder)
        assert tiles(text(as_ada.get(f"/boards/{folder.pk}", follow=True))) == [str(image.uuid)]

    def test_there_are_two_levels(self, ada: Member) -> None:
        folder, board = boards.make(ada, "Folder"), boards.make(ada, "Board")
        boards.move(board, folder)
        folder.refresh_from_db()
        other = boards.make(ada, "Other")
        for moved, into in ((other, board), (folder, other), (other, other)):
            with pytest.raises(Impossible):
                boards.move(moved, into)
        with pytest.raises(Impossible):
            boards.make(ada, "Deep", board)

    @pytest.mark.parametrize("name", ["", "  ", "\n", "x" * 81, "\x00"])
    def test_what_is_no_name_is_said(self, as_ada: Client, name: str) -> None:
        answer = as_ada.post("/boards", {"name": name})
        assert answer.status_code == 422
        assert 'role="alert"' in text(answer)
        assert not Board.objects.exists()

    @pytest.mark.parametrize(
        ("role", "may"), [("designer", False), ("reviewer", False), ("credit_admin", True), ("owner", True)]
    )
    def test_who_made_one_changes_it_and_admins(
        self,
        member: Callable[..., Member],
        signed_in: Callable[[Member], Client],
        as_ada: Client,
        ada: Member,
        role: str,
        may: bool,
    ) -> None:
        board = boards.make(ada, "Desert")
        client = signed_in(member(role))
        posts: tuple[tuple[str, dict[str, str]], ...] = (
            (f"/boards/{board.pk}", {"name": "Dunes"}),
            (f"/boards/{board.pk}/place", {"step": "up"}),
            (f"/boards/{board.pk}/remove", {}),
            (f"/boards/{board.pk}/back", {}),
        )
        for address, fields in posts[:3]:
            assert client.post(address, fields).status_code == (302 if may else 403)
        as_ada.post(posts[2][0])
        assert client.post(*posts[3]).status_code == (302 if may else 403)

    def test_a_private_image_is_in_nobody_elses_count(self, ada: Member, bob: Member) -> None:
        board = boards.make(ada, "Desert")
        do(ada, "board", factories.rows(ada, ["hidden"], visibility=PRIVATE), board=str(board.pk))
        assert [shelf.count for shelf in boards.shelves(ada)] == [1]
        assert [shelf.count for shelf in boards.shelves(bob)] == [0]

    def test_many_take_as_many_queries_as_few(self, as_ada: Client, ada: Member) -> None:
        counts = []
        for _ in range(2):
            for number in range(10):
                boards.make(ada, f"Board {number}")
            with CaptureQueriesContext(connection) as asked:
                assert as_ada.get("/gallery").status_code == 200
                assert as_ada.get("/boards").status_code == 200
            counts.append(len(asked))
        assert counts[0] == counts[1]

    def test_names_are_text(self, as_ada: Client, ada: Member) -> None:
        board = boards.make(ada, '<img src=x onerror="alert(1)">')
        searches.save(ada, "<b>bold</b>", "q=dune", shared=True)
        for address in ("/gallery", "/boards", f"/boards/{board.pk}"):
            page = text(as_ada.get(address, follow=True))
            assert "<img src=x" not in page
            assert "<b>bold" not in page

    def test_wrong_ways_in(self, as_ada: Client, client: Client, ada: Member) -> None:
        board = boards.make(ada, "Desert")
        for door in ("place", "remove", "back"):
            assert as_ada.get(f"/boards/{board.pk}/{door}").status_code == 405
            assert as_ada.post(f"/boards/{uuid4()}/{door}").status_code == 404
        assert as_ada.post(f"/boards/{uuid4()}").status_code == 404
        assert as_ada.get("/boards/x").status_code == 404
        assert as_ada.post("/boards", {"name": "In", "folder": "x"}).status_code == 404
        assert client.get("/boards")["Location"].startswith("/sign-in")
        assert client.post(f"/boards/{board.pk}/remove")["Location"].startswith("/sign-in")


class TestSearches:
    def test_one_is_a_board_that_fills_itself(self, as_ada: Client, ada: Member) -> None:
        as_ada.post("/searches", {"name": "Dunes", "query": "?q=dune&before=7&page=2"})
        assert SavedSearch.objects.get().query == "q=dune"
        image = factories.image(ada, "a red dune")
        assert '<a class="side__item" href="/gallery?q=dune">' in text(as_ada.get("/gallery"))
        assert tiles(text(as_ada.get("/gallery?q=dune"))) == [str(image.uuid)]

    def test_a_shared_one_is_opened_by_others_and_changed_by_nobody_else(
        self, as_ada: Client, as_bob: Client, ada: Member, bob: Member
    ) -> None:
        own = searches.save(ada, "Mine", "q=harbour", shared=False)
        shared = searches.save(ada, "Ours", "q=dune", shared=True)
        assert [one.name for one in searches.seen(bob)] == ["Ours"]
        for door in ("", "/remove"):
            assert as_bob.post(f"/searches/{own.pk}{door}", {"name": "x"}).status_code == 404
            assert as_bob.post(f"/searches/{shared.pk}{door}", {"name": "x"}).status_code == 403
        as_ada.post(f"/searches/{shared.pk}", {"name": "Ours"})
        assert searches.seen(bob) == []
        as_ada.post(f"/searches/{own.pk}/remove")
        assert [one.name for one in searches.seen(ada)] == ["Ours"]

    def test_a_colleagues_finds_only_what_one_may_see(self, as_bob: Client, ada: Member) -> None:
        factories.image(ada, "a canary dune", visibility=PRIVATE)
        searches.save(ada, "Canaries", "q=canary", shared=True)
        assert tiles(text(as_bob.get("/gallery?q=canary"))) == []

    @pytest.mark.parametrize(
        "fields",
        [{"name": "x", "query": ""}, {"name": "", "query": "q=x"}, {"name": "x", "query": "q=" + "y" * 2000}],
    )
    def test_what_makes_no_sense_is_not_kept(self, as_ada: Client, fields: dict[str, str]) -> None:
        assert as_ada.post("/searches", fields).status_code == 302
        assert not SavedSearch.objects.exists()

    def test_wrong_ways_in(self, as_ada: Client, client: Client) -> None:
        assert as_ada.get("/searches").status_code == 405
        assert as_ada.post(f"/searches/{uuid4()}").status_code == 404
        assert client.post("/searches")["Location"].startswith("/sign-in")


class TestFavourites:
    def test_they_are_ones_own(self, as_ada: Client, as_bob: Client, ada: Member) -> None:
        image = factories.image(ada)
        for _ in range(2):
            as_bob.post(f"/images/{image.uuid}/favourite", {"on": "1"})
        assert Favourite.objects.count() == 1
        assert tiles(text(as_bob.get("/gallery?q=is:favourite"))) == [str(image.uuid)]
        assert tiles(text(as_ada.get("/gallery?q=is:favourite"))) == []
        answer = as_bob.post(f"/images/{image.uuid}/favourite", {"on": "0"}, headers=HTMX)
        assert 'aria-pressed="false"' in text(answer)
        assert not Favourite.objects.exists()

    def test_of_what_one_may_not_see_there_are_none(
        self, as_bob: Client, client: Client, ada: Member
    ) -> None:
        image = factories.image(ada, visibility=PRIVATE)
        assert as_bob.post(f"/images/{image.uuid}/favourite").status_code == 404
        assert as_bob.get(f"/images/{image.uuid}/favourite").status_code == 405
        assert client.post(f"/images/{image.uuid}/favourite")["Location"].startswith("/sign-in")


class TestTags:
    def test_they_are_found_by_and_suggested_to_who_may_see_one(
        self, as_ada: Client, as_bob: Client, ada: Member, bob: Member
    ) -> None:
        seen, hidden = factories.image(ada), factories.image(ada, visibility=PRIVATE)
        do(ada, "tag", [seen], tags="Golden hour")
        do(ada, "tag", [hidden], tags="golden canary")
        assert tiles(text(as_bob.get('/gallery?q=tag:"golden hour"'))) == [str(seen.uuid)]
        assert tiles(text(as_bob.get("/gallery?q=hour"))) == [str(seen.uuid)]
        assert tagging.suggested(bob, "dune, GOL") == ["golden hour"]
        assert tagging.suggested(ada, "gol") == ["golden canary", "golden hour"]
        assert "canary" not in text(as_bob.get("/tags?tags=golden"))
        assert '<option value="dune, golden hour">' in text(as_ada.get("/tags?tags=dune,gol"))
        do(ada, "untag", [seen], tags="golden hour")
        assert tiles(text(as_bob.get("/gallery?q=hour"))) == []


def test_its_page_shows_where_an_image_lies_and_orders_it(
    as_ada: Client, as_bob: Client, ada: Member
) -> None:
    image, board, other = factories.image(ada), boards.make(ada, "Desert"), boards.make(ada, "Winter")
    address = f"/images/{image.uuid}"
    for name, fields in (("board", {"board": str(board.pk)}), ("tag", {"tags": "dune"})):
        answer = as_ada.post(f"/gallery/do/{name}", {"image": str(image.uuid), "next": address, **fields})
        assert answer["Location"] == address
    page = text(as_ada.get(address))
    part = page.partition('aria-labelledby="h-placing"')[2].partition("</section>")[0]
    assert "<span>Desert</span>" in part
    assert ">dune</a>" in part
    assert part.count("<option") == 2
    assert "Winter" in part
    seen = text(as_bob.get(address)).partition('aria-labelledby="h-placing"')[2].partition("</section>")[0]
    assert ">dune</a>" in seen
    assert "/gallery/do/" not in seen  # a designer orders their own only
    assert other.name not in seen


def test_an_image_lies_on_many_boards_and_once_on_each(ada: Member) -> None:
    one, two = boards.make(ada, "One"), boards.make(ada, "Two")
    images = factories.rows(ada, ["dune"])
    for board in (one, two, one):
        do(ada, "board", images, board=str(board.pk))
    assert BoardImage.objects.count() == 2
