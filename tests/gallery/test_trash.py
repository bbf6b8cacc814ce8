"""The trash: gone from everywhere, back whole, purged for good after its days (C20, PERM-03)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gallery import boards, bulk, cards, selection, trashing
from gallery.models import Card, Comment, Favourite, ImageTag, Rating
from studio.accounts.models import Member
from studio.credits.models import Entry
from studio.generation import leftovers, trash
from studio.generation.models import Image, Job
from tests.gallery import factories
from tests.gallery.factories import PRIVATE
from tests.gallery.reading import body, text, tiles
from tests.gallery.test_bulk import do, form

pytestmark = pytest.mark.django_db


@pytest.fixture
def throw(django_capture_on_commit_callbacks: Any) -> Callable[[Member, Image], None]:
    def thrown(member: Member, image: Image) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            trash.throw([image.pk], member, timezone.now())

    return thrown


@pytest.fixture
def fetch(django_capture_on_commit_callbacks: Any) -> Callable[[Image], None]:
    def fetched(image: Image) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            trash.fetch_back([image.pk])

    return fetched


def doors(image: Image) -> list[str]:
    """Return every address that shows an image or its files."""
    return [
        f"/images/{image.uuid}",
        f"/images/{image.uuid}/original",
        f"/images/{image.uuid}/original?download=1",
        f"/images/{image.uuid}/original?download=recipe",
        image.rendition(512),
        image.rendition(256),
        image.rendition(128),
        f"/compare?image={image.uuid}",
    ]


def test_it_is_gone_from_every_address_and_comes_back_to_each(
    as_ada: Client,
    as_bob: Client,
    ada: Member,
    throw: Callable[[Member, Image], None],
    fetch: Callable[[Image], None],
) -> None:
    image, beside = factories.image(ada, "a red dune"), factories.image(ada, "a heron")
    throw(ada, image)
    for client in (as_ada, as_bob):
        assert [client.get(door).status_code for door in doors(image)] == [404] * 8
        assert tiles(text(client.get("/gallery"))) == [str(beside.uuid)]
        assert tiles(text(client.get("/gallery?q=dune"))) == []
        assert str(image.uuid) not in text(client.get(f"/images/{beside.uuid}"))
        for page in ("/", "/history", f"/images/{beside.uuid}", "/compare"):
            assert image.token not in text(client.get(page))
        assert client.post(f"/images/{image.uuid}/remix").status_code == 404
        assert client.post(f"/images/{image.uuid}/favourite").status_code == 404
    assert not Card.objects.filter(image=image).exists()
    fetch(image)
    for client in (as_ada, as_bob):
        assert [client.get(door).status_code for door in doors(image)] == [200] * 8
        assert tiles(text(client.get("/gallery?q=dune"))) == [str(image.uuid)]


def test_what_was_said_of_it_comes_back_with_it(
    as_ada: Client, ada: Member, bob: Member, throw: Callable[[Member, Image], None]
) -> None:
    image = factories.image(ada, "a red dune")
    board = boards.make(ada, "Desert")
    do(ada, "board", [image], board=str(board.pk))
    do(ada, "tag", [image], tags="golden hour")
    Rating.objects.create(image=image, member=bob, stars=4)
    Comment.objects.create(image=image, member=bob, text="more sky")
    Favourite.objects.create(image=image, member=ada)
    cards.refresh([image.pk])
    before = Card.objects.get(image=image).facets
    throw(ada, image)
    assert [shelf.count for shelf in boards.shelves(ada)] == [0]
    as_ada.post("/trash/restore", {"image": str(image.uuid)})
    assert Card.objects.get(image=image).facets == before
    assert [shelf.count for shelf in boards.shelves(ada)] == [1]


def test_the_run_shows_its_place_and_not_its_picture(
    as_ada: Client, ada: Member, throw: Callable[[Member, Image], None]
) -> None:
    image = factories.image(ada)
    throw(ada, image)
    page = text(as_ada.get(f"/runs/{image.job.run_id}"))
    assert "In the trash" in page
    assert str(image.uuid) not in page
    trash.purge([image])
    assert "Deleted" in text(as_ada.get(f"/runs/{image.job.run_id}"))


class TestPurge:
    def test_log_05_files_and_rows_go_and_the_job_and_the_ledger_stay(
        self, ada: Member, throw: Callable[[Member, Image], None]
    ) -> None:
        image = factories.image(ada)
        do(ada, "tag", [image], tags="dune")
        entries, job = Entry.objects.count(), image.job_id
        throw(ada, image)
        assert (settings.PICTURES / trash.hidden(image.token)).is_dir()
        assert trash.purge([image]) == 1
        assert not Image.objects.filter(pk=image.pk).exists()
        assert not ImageTag.objects.exists()
        assert not (settings.ORIGINALS / image.original).exists()
        assert list(settings.PICTURES.iterdir()) == []
        assert Job.objects.filter(pk=job).exists()
        assert Entry.objects.count() == entries

    def test_what_was_fetched_back_meanwhile_is_not_purged(self, ada: Member) -> None:
        image = factories.image(ada)
        assert trash.purge([image]) == 0
        assert Image.objects.filter(pk=image.pk).exists()
        assert (settings.ORIGINALS / image.original).exists()

    def test_the_nightly_one_takes_what_lay_there_for_its_days(
        self, ada: Member, throw: Callable[[Member, Image], None]
    ) -> None:
        old, young = factories.image(ada), factories.image(ada)
        throw(ada, old)
        throw(ada, young)
        now = timezone.now()
        Image.objects.filter(pk=old.pk).update(deleted_at=now - timedelta(days=settings.TRASH_DAYS, hours=1))
        Image.objects.filter(pk=young.pk).update(
            deleted_at=now - timedelta(days=settings.TRASH_DAYS, hours=-1)
        )
        assert trash.nightly(now) == 1
        assert trash.nightly(now) == 0
        assert list(Image.objects.all()) == [young]

    def test_it_hides_what_a_process_that_died_left_in_sight(self, client: Client, ada: Member) -> None:
        image = factories.image(ada)
        Image.objects.filter(pk=image.pk).update(deleted_at=timezone.now(), deleted_by=ada)
        assert client.get(image.rendition(256)).status_code == 200
        trash.nightly(timezone.now())
        assert client.get(image.rendition(256)).status_code == 404

    def test_leftovers_are_told_from_what_lies_in_the_trash(
        self, ada: Member, throw: Callable[[Member, Image], None]
    ) -> None:
        image, lost = factories.image(ada), factories.image(ada)
        throw(ada, image)
        throw(ada, lost)
        Image.objects.filter(pk=lost.pk).delete()
        leftovers.clear(timezone.now() + timedelta(hours=2))
        assert [path.name for path in settings.PICTURES.iterdir()] == [trash.hidden(image.token)]


def test_after_another_secret_key_the_renditions_are_drawn_anew(
    ada: Member, throw: Callable[[Member, Image], None], fetch: Callable[[Image], None], settings: Any
) -> None:
    image = factories.image(ada)
    throw(ada, image)
    settings.SECRET_KEY = "another" * 8
    fetch(image)
    image.refresh_from_db()
    assert image.rendered_at is None  # shown by its original until then


class TestPage:
    """GET /trash and what is posted from it"""

    @pytest.mark.parametrize(
        ("role", "sees"),
        [("designer", set()), ("reviewer", set()), ("credit_admin", {"t"}), ("owner", {"t"})],
    )
    def test_who_may_fetch_what_back(
        self,
        member: Callable[..., Member],
        signed_in: Callable[[Member], Client],
        ada: Member,
        throw: Callable[[Member, Image], None],
        role: str,
        sees: set[str],
    ) -> None:
        asking = member(role)
        mine = {"o": factories.image(asking, visibility=PRIVATE)}
        mine |= {"t": factories.image(ada), "p": factories.image(ada, visibility=PRIVATE)}
        for image in mine.values():
            throw(image.member, image)
        client = signed_in(asking)
        page = text(client.get("/trash"))
        shown = {name for name, image in mine.items() if str(image.uuid) in page}
        assert shown == {"o"} | sees
        for name, image in mine.items():
            expected = 200 if name in shown else 404
            answer = client.get(f"/trash/{image.uuid}.webp")
            assert answer.status_code == expected
            body(answer)
        client.post("/trash/restore", {"image": [str(image.uuid) for image in mine.values()]})
        back = {name for name, image in mine.items() if not Image.objects.get(pk=image.pk).deleted_at}
        assert back == shown

    def test_deleting_for_good_is_asked_twice(
        self, as_ada: Client, ada: Member, throw: Callable[[Member, Image], None]
    ) -> None:
        image = factories.image(ada)
        throw(ada, image)
        asked = text(as_ada.post("/trash/purge", {"image": str(image.uuid)}))
        assert "Delete 1 image for good?" in asked
        assert Image.objects.exists()
        as_ada.post("/trash/purge", {"images": str(image.uuid), "sure": "1"})
        assert not Image.objects.exists()

    def test_others_are_counted_and_left_alone(
        self, as_bob: Client, ada: Member, throw: Callable[[Member, Image], None]
    ) -> None:
        image = factories.image(ada)
        throw(ada, image)
        for door in ("restore", "purge"):
            answer = as_bob.post(f"/trash/{door}", {"image": str(image.uuid), "sure": "1"}, follow=True)
            assert "1 is not there or not yours" in text(answer)
        assert Image.objects.get().deleted_at

    def test_all_of_it_by_one_tick(
        self, as_ada: Client, ada: Member, throw: Callable[[Member, Image], None]
    ) -> None:
        for _ in range(3):
            throw(ada, factories.image(ada))
        as_ada.post("/trash/restore", {"all": "1"})
        assert not Image.objects.exclude(deleted_at=None).exists()

    def test_it_asks_as_much_for_many_as_for_few(self, ada: Member) -> None:
        counts = []
        for number in (10, 20):
            images = factories.rows(ada, [f"dune {place}" for place in range(number)])
            trash.throw([image.pk for image in images], ada, timezone.now())
            with CaptureQueriesContext(connection) as asked:
                trashing.page(ada, None)
            counts.append(len(asked))
        assert counts[0] == counts[1]

    def test_wrong_ways_in(self, as_ada: Client, client: Client) -> None:
        assert as_ada.post("/trash").status_code == 405
        assert as_ada.get("/trash/restore").status_code == 405
        assert as_ada.get("/trash/purge").status_code == 405
        assert as_ada.get(f"/trash/{uuid4()}.webp").status_code == 404
        assert client.get("/trash")["Location"].startswith("/sign-in")
        assert as_ada.post("/trash/restore", {"image": ["x", "%00", str(uuid4())]}).status_code == 302


def test_an_undo_leaves_what_another_threw_away_since(ada: Member, member: Callable[..., Member]) -> None:
    image, owner = factories.image(ada), member("owner")
    done = bulk.run(ada, "trash", selection.of([str(image.uuid)]), form())
    trash.fetch_back([image.pk])
    trash.throw([image.pk], owner, timezone.now())
    assert done.deed
    bulk.take_back(done.deed)
    image.refresh_from_db()
    assert image.deleted_by == owner
