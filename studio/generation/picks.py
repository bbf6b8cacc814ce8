"""What was picked of a run's images, for the heads and cells of its grid: told by a room above that judges.

That room gives the one function that says it; without it nothing was judged.
"""

from collections.abc import Callable, Mapping
from uuid import UUID

PICKED = frozenset({"proposed", "approved", "final"})

type Judge = Callable[[UUID], Mapping[UUID, str]]

_judges: list[Judge] = []


def told_by(judge: Judge) -> None:
    """Have what was judged told by this function from now on: of a run's id, by the ids of its jobs."""
    _judges[:] = [judge]


def of(run: UUID) -> dict[UUID, str]:
    """Return the statuses of a run's images by their jobs' ids; what is open is left out. One query."""
    return {job: status for judge in _judges for job, status in judge(run).items()}
