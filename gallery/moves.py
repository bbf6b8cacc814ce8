"""From which status to which, and who may. Pure (C12).

    open -> proposed -> approved -> final
                     -> changes wanted -> proposed
    open, proposed, changes wanted, approved -> rejected -> open

A designer proposes their own work and takes that back; everything else is decided by who reviews.
"""

from gallery.models import Status
from studio.accounts.models import Role

JUDGES = frozenset({Role.REVIEWER, Role.CREDIT_ADMIN, Role.OWNER})
CAME_FROM: dict[Status, frozenset[Status]] = {
    Status.OPEN: frozenset({Status.PROPOSED, Status.CHANGES, Status.APPROVED, Status.REJECTED}),
    Status.PROPOSED: frozenset({Status.OPEN, Status.CHANGES, Status.REJECTED}),
    Status.CHANGES: frozenset({Status.OPEN, Status.PROPOSED, Status.APPROVED, Status.REJECTED}),
    Status.APPROVED: frozenset({Status.OPEN, Status.PROPOSED, Status.CHANGES, Status.REJECTED, Status.FINAL}),
    Status.FINAL: frozenset({Status.APPROVED}),
    Status.REJECTED: frozenset({Status.OPEN, Status.PROPOSED, Status.CHANGES, Status.APPROVED}),
}
OWN_MOVES = frozenset(
    {
        (Status.OPEN, Status.PROPOSED),
        (Status.CHANGES, Status.PROPOSED),
        (Status.PROPOSED, Status.OPEN),
    }
)
PRAISE = frozenset({Status.APPROVED, Status.FINAL})
DONE = {  # what was done, as it is said of who did it
    Status.OPEN: "reopened",
    Status.PROPOSED: "proposed",
    Status.CHANGES: "wants changes to",
    Status.APPROVED: "approved",
    Status.FINAL: "made final",
    Status.REJECTED: "rejected",
}


def judges(role: str) -> bool:
    """Say whether this role decides about everybody's images."""
    return role in JUDGES


def refusal(*, role: str, own: bool, was: Status, to: Status, others_approve: bool) -> str:
    """Return why a member may not move an image, "" where they may. Whether it can be is `possible`."""
    if judges(role):
        if own and others_approve and to in PRAISE:
            return "Somebody else approves this: in this team nobody approves an image of their own."
        return ""
    if not own:
        return "Reviewers decide about images of others. You can rate it and comment on it."
    if (was, to) not in OWN_MOVES:
        return "Reviewers decide this. You can propose your own images, and take that back."
    return ""


def possible(was: Status, to: Status) -> bool:
    """Say whether an image can go from one status to the other, whoever asks."""
    return was in CAME_FROM[to]


def offered(*, role: str, own: bool, was: Status, others_approve: bool) -> list[Status]:
    """Return the statuses that a member may move an image to now, in the order of the map."""
    return [
        to
        for to in Status
        if possible(was, to)
        and not refusal(role=role, own=own, was=was, to=to, others_approve=others_approve)
    ]


def picked(*, role: str, was: Status) -> Status:
    """Return what “pick” means: a reviewer approves, and makes final what is approved; others propose."""
    if judges(role):
        return Status.FINAL if was == Status.APPROVED else Status.APPROVED
    return Status.PROPOSED
