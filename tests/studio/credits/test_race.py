"""Many processes book at once, on SQLite and PostgreSQL.

It is exact, and nobody hears of a lock (D2, LED-05, LED-06).
"""

from tests.studio.credits.course import Course

PROCESSES = 8


def shares(total: int) -> list[int]:
    """As even as can be."""
    return [total // PROCESSES + (number < total % PROCESSES) for number in range(PROCESSES)]


def test_fifty_holds_of_twenty_against_five_hundred_pass_exactly_twenty_five(course: Course) -> None:
    member, _ = course.prepare(start=500)
    assert course.race("hold", member, shares(50)) == {"passed": 25, "NotEnoughCredits": 25}
    assert course.result(member) == (500, 500)


def test_the_first_bookings_of_a_member_at_once_are_all_there(course: Course) -> None:
    member = _member_without_account(course)
    assert course.race("grant", member, [2] * PROCESSES) == {"passed": 16}
    assert course.result(member) == (7 * 16, 0)


def test_the_same_grants_said_by_all_are_booked_once(course: Course) -> None:
    member = _member_without_account(course)
    assert course.race("same", member, [5] * PROCESSES) == {"passed": 5 * PROCESSES}
    assert course.result(member) == (7 * 5, 0)


def test_holds_ended_by_all_end_once(course: Course) -> None:
    member, references = course.prepare(start=400, holds=20)
    counts = course.race("end", member, [20] * PROCESSES, references)
    assert counts == {"True": 20, "False": 20 * (PROCESSES - 1)}
    assert course.result(member) == (400 - 10 * 15, 0)


def _member_without_account(course: Course) -> str:
    member, references = course.prepare(start=0)
    assert references == []
    return member
