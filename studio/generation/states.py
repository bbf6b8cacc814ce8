"""The life of a job as one pure map: each state, and the states it may come from.

    held <-> queued -> sending -> processing -> saving -> done
               |          |           |            |
               +----------+-----------+------------+--> failed, cancelled, unknown, overdue

`Job.move` is the only writer; the database's check constraint keeps strangers out.
"""

from collections.abc import Mapping
from types import MappingProxyType

from django.db.models import TextChoices


class State(TextChoices):
    """Where a job is (B2)."""

    HELD = "held", "Held"
    QUEUED = "queued", "In line"
    SENDING = "sending", "Sending"
    PROCESSING = "processing", "Generating"
    SAVING = "saving", "Saving"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    UNKNOWN = "unknown", "Outcome unknown"
    OVERDUE = "overdue", "Overdue"


class Reason(TextChoices):
    """Why a job is held, failed or unknown; empty where the state says it all."""

    NONE = "", ""
    CREDITS = "credits", "The credits are used up"
    PRICE = "price", "The price rose above what was approved"
    KEY = "key", "The API key was refused"
    REFUSED = "refused", "Doitong refused the request"
    PROVIDER = "provider", "Doitong had an error"
    SAVE = "save", "The picture could not be saved"
    NO_ANSWER = "no_answer", "The answer was lost"
    GIVEN_UP = "given_up", "Given up by hand"


S = State
CAME_FROM: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        # a person's retry brings failed and cancelled ones back; an unknown one only by their word (B11)
        S.QUEUED: frozenset({S.HELD, S.SENDING, S.FAILED, S.CANCELLED, S.UNKNOWN}),
        S.HELD: frozenset({S.QUEUED, S.SENDING}),
        S.SENDING: frozenset({S.QUEUED}),
        # late news finds even a job that was given up on
        S.PROCESSING: frozenset({S.SENDING, S.UNKNOWN, S.FAILED}),
        # or one that an earlier, doubtful try put back into the line
        S.SAVING: frozenset({S.SENDING, S.PROCESSING, S.UNKNOWN, S.OVERDUE, S.FAILED, S.QUEUED, S.HELD}),
        S.DONE: frozenset({S.SAVING}),
        S.FAILED: frozenset({S.QUEUED, S.SENDING, S.PROCESSING, S.SAVING, S.UNKNOWN, S.OVERDUE}),
        S.CANCELLED: frozenset({S.HELD, S.QUEUED, S.PROCESSING, S.OVERDUE}),
        S.UNKNOWN: frozenset({S.SENDING}),
        S.OVERDUE: frozenset({S.PROCESSING}),
    }
)

LIVE = frozenset({S.QUEUED, S.SENDING, S.PROCESSING, S.SAVING})
"""States that go on by themselves: a page that shows one asks for news."""

NEEDY = frozenset({S.HELD, S.UNKNOWN, S.OVERDUE, S.FAILED})
"""States that stand still until somebody does something: the queue page lists them."""

IN_MOTION = frozenset({S.SENDING, S.PROCESSING, S.SAVING})
"""States between the line and the end: an experiment's figures do not change with them."""

PASSING = frozenset({S.SENDING, S.SAVING})
"""States that a job is in for a moment, when all goes well: pages are told of them with what follows."""

ASKED = frozenset({S.PROCESSING, S.CANCELLED, S.OVERDUE})
"""States the provider may still have news of; a cancelled one only while its hold is open."""

AT_THE_PROVIDER = frozenset({State.SENDING, *ASKED})
"""States of jobs that the provider makes or is about to; a cancelled one only while its hold is open."""

BEFORE_SENDING = frozenset({S.HELD, S.QUEUED})
"""States in which nothing was asked of the provider yet: to cancel costs nothing."""
