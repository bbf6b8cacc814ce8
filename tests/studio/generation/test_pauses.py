"""Pauses: whose they may be, what they hold back, and that what runs goes on (B15)."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from studio.accounts.models import Event, Key, Member
from studio.generation import line, pauses, queue, submission
from studio.generation.models import Job, Pause, Pulse
from studio.generation.states import State
from tests.conftest import MakeMember
from tests.studio.generation.rows import a_job, a_key, a_run
from tests.studio.generation.world import World, start, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(member: MakeMember) -> Member:
    return member("owner")


@pytest.fixture
def ada(member: MakeMember) -> Member:
    return member("designer")


@pytest.fixture
def key() -> Key:
    return a_key()


def next_of(key: Key) -> Job | None:
    return line.next_job(key, timezone.now())


def test_everything_a_key_or_a_member_is_held_back(owner: Member, ada: Member, key: Key) -> None:
    job = a_job(a_run(ada, key))
    other = a_key(owner)
    subjects: list[dict[str, object]] = [{}, {"key": key}, {"member": ada}]
    for subject in subjects:
        held = pauses.pause(owner, reason=" too \n dear ", **subject)  # type: ignore[arg-type]
        assert next_of(key) is None
        assert line.keys_with_waiting(timezone.now()) == []
        assert (held.reason, pauses.pause_over(job)) == ("too dear", held)
        assert pauses.resume(held, owner)
        assert not pauses.resume(held, owner)
        assert next_of(key) == job
    pauses.pause(owner, key=other)
    assert next_of(key) == job
    assert pauses.pause_over(key) is None


def test_a_pause_of_one_holds_nobody_else_back(owner: Member, ada: Member, key: Key) -> None:
    a_job(a_run(ada, key))
    mine = a_job(a_run(owner, key))
    own = pauses.pause(ada, member=ada, reason="a break")
    assert next_of(key) == mine
    assert pauses.pause_over(ada) == own
    assert pauses.pause_over(owner) is None


def test_the_widest_pause_is_the_one_that_is_told(owner: Member, ada: Member, key: Key) -> None:
    job = a_job(a_run(ada, key))
    narrow = pauses.pause(owner, member=ada)
    assert pauses.pause_over(job) == narrow
    wide = pauses.pause(owner)
    held = pauses.open_pauses()
    assert held == [narrow, wide]
    assert pauses.pause_over(job, held) == wide


def test_inp_01_a_reason_is_one_line_without_what_no_database_keeps(owner: Member) -> None:
    held = pauses.pause(owner, reason=" too\0 \x07dear\r\n\ud800<b> 🦊 " + "x" * 400)
    assert held.reason == ("too dear <b> 🦊 " + "x" * 400)[:200]


def test_said_twice_it_is_one_pause(owner: Member, member: MakeMember) -> None:
    first = pauses.pause(owner, reason="one")
    assert pauses.pause(member("credit_admin"), reason="two") == first
    assert Pause.objects.count() == 1
    assert Event.objects.filter(verb="queue.paused").count() == 1


@pytest.mark.parametrize("role", ["designer", "reviewer"])
def test_who_may_pause_and_resume(
    owner: Member, ada: Member, key: Key, member: MakeMember, role: str
) -> None:
    person = member(role)
    for subject in ({}, {"key": key}, {"member": ada}):
        with pytest.raises(PermissionDenied):
            pauses.pause(person, **subject)
    assert pauses.resume(pauses.pause(person, member=person), person)
    by_owner = pauses.pause(owner, member=person)
    with pytest.raises(PermissionDenied):
        pauses.resume(by_owner, person)
    assert pauses.resume(by_owner, member("credit_admin"))
    assert Pause.objects.filter(ended_at=None).count() == 0


def test_a_pause_is_of_one_subject(owner: Member, ada: Member, key: Key) -> None:
    with pytest.raises(ValueError, match="a key's or a member's"):
        pauses.pause(owner, key=key, member=ada)


def test_who_waits_is_told_and_who_does_not_is_not(owner: Member, ada: Member, key: Key) -> None:
    a_job(a_run(ada, key))
    pause = pauses.pause(owner, key=key)
    assert (Pulse.of(ada.pk), Pulse.of(owner.pk)) == (1, 0)
    pauses.resume(pause, owner)
    assert Pulse.of(ada.pk) == 2


def test_what_runs_goes_on_and_what_waits_is_sent_at_the_end(
    world: World, designer: Member, member: MakeMember
) -> None:
    world.control("PUT", "/keys/sbx_enterprise", {"latency": "5"})
    running = start(designer)
    world.listen()
    pause = pauses.pause(member("owner"), reason="look first")
    waiting = start(designer)
    world.listen()
    assert states(waiting) == [State.QUEUED]
    assert submission._claim(waiting.key_id) is None
    world.clock.ahead += 6
    world.finish()
    assert (states(running), states(waiting)) == ([State.DONE], [State.QUEUED])
    assert queue.waiting() == 0
    pauses.resume(pause, member("owner"))
    world.listen()
    assert states(waiting) == [State.PROCESSING]
