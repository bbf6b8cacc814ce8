"""The steps of a job's life at which something is killed, and which functions of the studio they lie at.

The one place that names the pipeline's functions. A step lies before a function, after it (where
it returned something true), or inside a transaction: after the write, before the commit.
"""

from dataclasses import dataclass
from typing import Literal

type Side = Literal["before", "after"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A point in the life of a job; `at` is the dotted path of the function, `to` the state it moves to."""

    name: str
    at: str
    side: Side
    to: str = ""


GENERATION = "studio.generation"
STEPS = (
    # a person presses Generate: the web server's transaction
    Step(name="start-before", at=f"{GENERATION}.runs.begin", side="before"),
    Step(name="start-inside", at="studio.credits.ledger.hold", side="after"),
    Step(name="start-written", at=f"{GENERATION}.runs.begin", side="after"),
    Step(name="start-after", at=f"{GENERATION}.views._started", side="before"),
    # a worker takes the job, and sends it
    Step(name="claim-before", at=f"{GENERATION}.submission._claim", side="before"),
    Step(name="claim-inside", at=f"{GENERATION}.models.Job.move", side="after", to="sending"),
    Step(name="claim-after", at=f"{GENERATION}.submission._claim", side="after"),
    Step(name="sending", at="stream.write.generate", side="before"),
    Step(name="answer-on-its-way", at="stream.read.generate", side="before"),
    Step(name="answer-in-hand", at=f"{GENERATION}.submission._accepted", side="before"),
    Step(name="accepted-inside", at=f"{GENERATION}.models.Job.move", side="after", to="processing"),
    Step(name="accepted-after", at=f"{GENERATION}.submission._accepted", side="after"),
    # news of it, by whomever it comes
    Step(name="news-before", at=f"{GENERATION}.lifecycle._completed", side="before"),
    Step(name="news-inside", at=f"{GENERATION}.models.Job.move", side="after", to="saving"),
    Step(name="settled-inside", at="studio.credits.ledger.settle", side="after"),
    Step(name="news-after", at=f"{GENERATION}.lifecycle.absorb", side="after", to="saving"),
    # the picture
    Step(name="save-claim-before", at=f"{GENERATION}.saving._claim", side="before"),
    Step(name="save-claim-after", at=f"{GENERATION}.saving._claim", side="after"),
    Step(name="downloading", at="stream.read.download", side="before"),
    Step(name="between-file-and-row", at=f"{GENERATION}.saving._done", side="before"),
    Step(name="done-inside", at=f"{GENERATION}.models.Job.move", side="after", to="done"),
    Step(name="done-after", at=f"{GENERATION}.saving._done", side="after"),
)

KNOBS: dict[str, float] = {
    # seconds: a test waits for a lease of a worker that is dead, and for nothing else
    f"{GENERATION}.leases.LEASE": 4,
    f"{GENERATION}.leases.RENEW_EVERY": 1,
    f"{GENERATION}.saving.OWN_PAUSE": 2,
    f"{GENERATION}.saving.LONGEST_PAUSE": 4,  # it grows with the time that a picture is waited for
    f"{GENERATION}.rendering.WITHIN": 12,
    f"{GENERATION}.lifecycle.SAVE_GRACE": 3,
    f"{GENERATION}.circuit.FIRST_PAUSE": 0.5,
    f"{GENERATION}.circuit.LONGEST_PAUSE": 1,
    f"{GENERATION}.circuit.PROBE_TAKES": 2,
    f"{GENERATION}.cluster.PAUSE": 0.1,
    f"{GENERATION}.cluster.HUNG_AFTER": 600,  # who stands still is to be there when it is woken
    "studio.child.LONGEST_WAIT": 0.3,
    "studio.children.WEB_PROCESSES": 1,  # twice as quick to start again
}
"""The studio's patience, shortened but for one. A name that is not there is passed over."""
