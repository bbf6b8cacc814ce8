"""What one web process knows of counts, what it holds, and what it leaves to the view (B3, JOB-16)."""

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from studio.accounts.models import Key, Member
from studio.generation import newsroom, passes
from studio.generation.models import Pulse
from studio.generation.newsroom import HOLD_FOR, MOST_EACH, READ_EVERY, SURE_FOR, TOGETHER, Newsroom
from studio.generation.passes import Pass
from studio.generation.states import State
from tests.conftest import MakeMember
from tests.studio.generation.pages import HTMX, SignedIn, poller
from tests.studio.generation.rows import a_job, a_key, a_run

PATIENCE = 20.0  # seconds; two cores may be busy with others


class Desk:
    """A newsroom whose clock and whose reading are in hand."""

    def __init__(self, seats: int = 3) -> None:
        self.at, self.counts, self.reads = 1_000.0, dict[UUID, int](), 0
        self.away = False
        self.room = Newsroom(seats, read=self._read, clock=lambda: self.at, wall=lambda: self.at)

    def _read(self, members: Collection[UUID]) -> Mapping[UUID, int]:
        self.reads += 1
        if self.away:
            raise DatabaseError("nobody there")
        return {member: self.counts[member] for member in members if member in self.counts}

    def ticket(self, member: UUID, since: int, **fields: object) -> Pass:
        known = {"member": member, "page": passes.new_page(), "since": since, "gap": 0, "due": 0}
        known |= {"drawn": int(self.at * 1000), "newest": int(self.at)}
        return Pass(**{**known, **fields})  # type: ignore[arg-type]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def full() -> Desk:
    """Return a desk with no seat: nothing is ever held."""
    return Desk(seats=0)


class Asking:
    """A question asked in a thread of its own, as the server does."""

    def __init__(self, room: Newsroom, ticket: Pass) -> None:
        self.room, self.ticket = room, ticket
        self.answer: list[float | None] = []
        self.thread = threading.Thread(target=lambda: self.answer.append(room.ask(ticket)), daemon=True)
        self.thread.start()
        until(lambda: ticket.page in room._held or bool(self.answer))

    def answered(self) -> float | None:
        self.thread.join(PATIENCE)
        [answer] = self.answer
        return answer


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        threading.Event().wait(0.002)


@pytest.fixture
def ask(desk: Desk) -> Iterator[Callable[[Pass], Asking]]:
    yield lambda ticket: Asking(desk.room, ticket)
    desk.room.stop()


def test_what_nobody_read_lately_is_not_known(full: Desk) -> None:
    ada = uuid4()
    full.counts[ada] = 4
    assert full.room.count(ada) is None
    full.room.look()
    assert full.room.count(ada) == 4
    full.at += SURE_FOR
    assert full.room.count(ada) == 4
    full.at += 0.1
    assert full.room.count(ada) is None


def test_the_first_question_reads_the_count_and_the_next_ones_do_not(full: Desk) -> None:
    ada = uuid4()
    full.counts[ada] = 4
    for _ in range(5):
        assert full.room.ask(full.ticket(ada, 4)) == passes.QUICK
    assert full.reads == 1
    assert full.room.ask(full.ticket(ada, 3)) is None


def test_a_page_that_is_drawn_makes_its_count_known_and_what_passes_then_waits(
    desk: Desk, ask: Callable[[Pass], Asking]
) -> None:
    ada = uuid4()
    desk.counts[ada] = 4
    desk.room.expect(ada)
    since = desk.room.know(ada, desk.counts[ada])
    desk.counts[ada] = 5
    desk.room.heard(f"{ada.hex}:5~")
    question = ask(desk.ticket(ada, since))
    assert (since, desk.reads, question.answer) == (4, 0, [])
    desk.room.heard(f"{ada.hex}:6")
    assert question.answered() is None


def test_a_change_whose_bell_was_lost_is_seen_by_the_next_read(full: Desk) -> None:
    ada = uuid4()
    full.counts[ada] = 4
    ticket = full.ticket(ada, 4)
    assert full.room.ask(ticket) == passes.QUICK
    full.counts[ada] = 5
    full.at += READ_EVERY
    full.room.look()
    assert full.room.ask(ticket) is None


def test_a_passing_change_is_told_with_the_one_that_follows_it(full: Desk) -> None:
    ada = uuid4()
    full.counts[ada] = 4
    full.room.ask(full.ticket(ada, 4))
    full.room.heard(f"{ada.hex}:5~")
    assert full.room.count(ada) == 4
    full.room.heard(f"{ada.hex}:6")
    assert full.room.count(ada) == 6


def test_a_passing_change_that_nothing_follows_is_told_soon(full: Desk) -> None:
    ada = uuid4()
    full.counts[ada] = 4
    full.room.ask(full.ticket(ada, 4))
    full.room.heard(f"{ada.hex}:5~")
    full.at += TOGETHER / 2
    full.room.heard(f"{ada.hex}:6~")  # what passes on and on does not put it off
    assert full.room.count(ada) == 4
    full.at += TOGETHER / 2
    assert full.room.count(ada) == 6


def test_a_held_question_hears_of_a_passing_change_by_itself(
    desk: Desk, ask: Callable[[Pass], Asking]
) -> None:
    ada = uuid4()
    asking = ask(desk.ticket(ada, 0))
    desk.room.heard(f"{ada.hex}:1~")
    desk.at += TOGETHER
    assert asking.answered() is None


@pytest.mark.parametrize("note", ["", "x", "x:5", "{member}", "{member}:", "{member}:x", ":5", "{other}:99"])
def test_a_bell_of_no_sense_changes_nothing(full: Desk, note: str) -> None:
    ada = uuid4()
    full.counts[ada] = 4
    full.room.ask(full.ticket(ada, 4))
    full.room.heard(note.format(member=ada.hex, other=uuid4().hex))
    assert full.room.count(ada) == 4
    full.room.heard(f"{ada.hex}:3")  # an older bell that came late
    assert full.room.count(ada) == 4


def test_a_page_that_was_told_by_another_process_is_believed(full: Desk) -> None:
    ada = uuid4()
    full.counts[ada] = 4
    full.room.ask(full.ticket(ada, 4))
    assert full.room.ask(full.ticket(ada, 9)) == passes.QUICK
    assert full.room.count(ada) == 9


def test_a_database_that_is_away_leaves_every_question_to_the_view(
    full: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    full.away = True
    assert full.room.ask(full.ticket(uuid4(), 4)) is None
    assert "could not be read" in caplog.text


def test_a_pass_that_ran_out_goes_to_the_view(full: Desk) -> None:
    ada = uuid4()
    full.counts[ada] = 4
    ticket = full.ticket(ada, 4)
    full.at += passes.LASTS
    assert full.room.ask(ticket) is None
    assert full.room.ask(replace(full.ticket(ada, 4), drawn=int((full.at + 2 * passes.LASTS) * 1000))) is None


def test_who_has_not_asked_for_long_is_forgotten(full: Desk) -> None:
    ada, ben = uuid4(), uuid4()
    for one in (ada, ben):
        full.room.ask(full.ticket(one, 0))
    full.at += newsroom.FORGET_AFTER + 1
    full.room.ask(full.ticket(ben, 0))
    full.room.look()
    assert set(full.room._counts) == {ben}


def test_a_held_question_is_answered_by_the_bell(desk: Desk, ask: Callable[[Pass], Asking]) -> None:
    ada, ben = uuid4(), uuid4()
    first, other = ask(desk.ticket(ada, 0)), ask(desk.ticket(ben, 0))
    desk.room.heard(f"{ada.hex}:1")
    assert first.answered() is None
    assert other.answer == []


def test_a_change_between_the_look_and_the_seat_is_not_lost(desk: Desk) -> None:
    """The count moved after the page asked and before it was held."""
    ada = uuid4()
    ticket = desk.ticket(ada, 0)
    seat = desk.room._seat

    def late(wanted: Pass):  # type: ignore[no-untyped-def]
        desk.room.heard(f"{ada.hex}:1")
        return seat(wanted)

    desk.room._seat = late  # type: ignore[method-assign, assignment]
    assert desk.room.ask(ticket) is None


def test_a_newer_question_of_the_page_ends_the_older(desk: Desk, ask: Callable[[Pass], Asking]) -> None:
    ticket = desk.ticket(uuid4(), 0)
    older = ask(ticket)
    newer = ask(ticket)
    assert older.answered() == passes.QUICK
    assert newer.answer == []
    assert len(desk.room._held) == 1


def test_held_questions_are_few_and_the_others_are_told_when_to_come_again(
    desk: Desk, ask: Callable[[Pass], Asking]
) -> None:
    for _ in range(3):
        ask(desk.ticket(uuid4(), 0))
    assert desk.room.full
    assert desk.room.ask(desk.ticket(uuid4(), 0)) == passes.QUICK


def test_one_member_does_not_take_every_seat() -> None:
    desk, ada = Desk(seats=MOST_EACH + 2), uuid4()
    for _ in range(MOST_EACH):
        Asking(desk.room, desk.ticket(ada, 0))
    assert desk.room.ask(desk.ticket(ada, 0)) == passes.QUICK
    assert not desk.room.full
    desk.room.stop()


def test_a_page_of_many_images_is_told_in_bundles(desk: Desk, ask: Callable[[Pass], Asking]) -> None:
    ada = uuid4()
    held = ask(desk.ticket(ada, 0, gap=2_000))
    desk.room.heard(f"{ada.hex}:1")
    desk.at += 1.9
    desk.room.heard(f"{ada.hex}:2")
    assert held.thread.is_alive()
    desk.at += 0.1
    desk.room.heard(f"{ada.hex}:3")
    assert held.answered() is None


def test_nothing_is_held_for_longer_than_its_time(desk: Desk) -> None:
    class Waiting(newsroom.Seat):
        def wait(self, seconds: float) -> bool:
            desk.at += seconds
            desk.room.look()
            return True

    ticket = desk.ticket(uuid4(), 0)
    desk.room.count(ticket.member)
    desk.room.look()
    begun = desk.at
    assert desk.room._hold(Waiting(ticket)) == 0
    assert desk.at - begun == HOLD_FOR


def test_the_end_of_the_process_answers_what_is_held(desk: Desk, ask: Callable[[Pass], Asking]) -> None:
    held = [ask(desk.ticket(uuid4(), 0)) for _ in range(3)]
    desk.room.stop()
    assert [one.answered() for one in held] == [passes.QUICK] * 3


class TestDoor:
    """GET /news before the session."""

    @pytest.fixture
    def room(self, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Newsroom:
        """Return a room that knows counts and holds nothing."""
        opened = Newsroom(0)
        settings.HELD_QUESTIONS = 1
        monkeypatch.setattr(newsroom, "room", lambda: opened)
        return opened

    @pytest.fixture
    def key(self, db: None) -> Key:
        return a_key()

    @pytest.fixture
    def address(self, member: MakeMember, key: Key, signed_in: SignedIn) -> tuple[Client, str, Member]:
        """Return a page with a live image, and where its poller asks."""
        person = member("designer")
        a_job(a_run(person, key), State.PROCESSING)
        Pulse.advance(person.pk)
        page = signed_in(person)
        return page, poller(page.get("/"))["url"], person

    def test_nothing_new_costs_no_query(self, room: Newsroom, address: tuple[Client, str, Member]) -> None:
        page, url, _ = address
        page.get(url, headers=HTMX)  # the first one learns the count
        with CaptureQueriesContext(connection) as asked:
            answer = page.get(url, headers=HTMX)
        assert (answer.status_code, answer.content, len(asked)) == (204, b"", 0)
        assert answer["Studio-Ask-Again"] == "2"
        assert answer["Cache-Control"] == "private, no-store"
        assert "Content-Security-Policy" in answer

    def test_something_new_is_told_by_the_view(
        self, room: Newsroom, address: tuple[Client, str, Member]
    ) -> None:
        page, url, person = address
        room.heard(f"{person.pk.hex}:{Pulse.advance(person.pk)}")
        assert page.get(url, headers=HTMX).status_code == 200

    def test_job_16_who_signed_out_is_sent_to_the_sign_in(
        self, room: Newsroom, address: tuple[Client, str, Member]
    ) -> None:
        page, url, _ = address
        page.logout()
        assert page.get(url, headers=HTMX)["HX-Redirect"].startswith("/sign-in")

    @pytest.mark.parametrize("change", [
        lambda url: url[:-1] + ("A" if url[-1] != "A" else "B"),
        lambda url: url.replace("since=1", "since=2"),
        lambda url: url.replace("pass=", "pass=0"),
        lambda url: url.partition("&pass=")[0] + "&pass=",
        lambda url: url.partition("&pass=")[0] + "&pass=" + "." * 7,
        lambda url: url.partition("&pass=")[0] + "&pass=%00%ff",
        lambda url: url.partition("&pass=")[0] + "&pass=" + "x" * 5_000,
    ])  # fmt: skip
    def test_a_forged_pass_opens_nothing(
        self, room: Newsroom, address: tuple[Client, str, Member], change: Callable[[str], str]
    ) -> None:
        page, url, _ = address
        room.ask = lambda ticket: pytest.fail("taken for a pass")  # type: ignore[method-assign]
        answer = page.get(change(url), headers=HTMX)
        assert answer.status_code == 200  # by the view, with a pass that is good
        Client().get(change(url), headers=HTMX)

    @pytest.mark.parametrize("method", ["post", "put", "delete", "head"])
    def test_it_opens_for_no_other_method(
        self, room: Newsroom, address: tuple[Client, str, Member], method: str
    ) -> None:
        page, url, _ = address
        room.ask = lambda ticket: pytest.fail("answered")  # type: ignore[method-assign]
        assert getattr(page, method)(url, headers=HTMX).status_code in {204, 403, 405}


@pytest.mark.parametrize(
    ("newest", "due", "seconds"),
    [(0, 0, 2), (29, 0, 2), (31, 0, 4), (121, 0, 8), (121, 100, 8), (121, 7, 5), (121, 1, 2), (121, -9, 2),
     (121, -11, 8)],
)  # fmt: skip
def test_the_pace_is_quick_where_something_is_likely(newest: int, due: int, seconds: int) -> None:
    """Seconds since the newest live job was made, and until a picture is likely (0: unknown)."""
    now = 1_000_000
    assert passes.pace(now, now - newest, now + due if due else 0) == seconds


@pytest.mark.parametrize(
    ("live", "milliseconds"), [(0, 0), (1, 0), (2, 50), (11, 500), (41, 2_000), (400, 2_000)]
)
def test_the_more_a_page_waits_for_the_larger_its_bundles(live: int, milliseconds: int) -> None:
    assert passes.gap(live) == milliseconds
