"""What the team permits: asked once more where a run is started, whatever form, sheet or link it comes from.

Nothing is held or queued of what is refused, and the answer names the rule (E8, E11, E14, E15). Reads only.
"""

from datetime import datetime
from uuid import UUID

from studio.accounts import announcing
from studio.accounts.access import open_projects
from studio.accounts.models import Member
from studio.generation import standards, wordrules
from studio.generation.recipe import Plan
from studio.generation.standards import Bounds

NOT_IN_IT = "Nothing is spent in that project any more, or you are not in it. Choose another."


def refusal(member: Member, plan: Plan, now: datetime, *, bounds: Bounds | None = None) -> str:
    """Return why the team does not have a plan started, with what would work; "" where it may be.

    Three queries, one more for a plan in a project; a query fewer with the `bounds` known.
    """
    known = bounds or standards.bounds(member, plan.recipe.project_id)
    return (
        announcing.refusal(now)
        or _project(member, plan.recipe.project_id)
        or known.refusal(plan)
        or wordrules.refusal(cell.prompt for cell in plan.cells)
    )


def _project(member: Member, project_id: UUID | None) -> str:
    if project_id is None or open_projects(member).filter(pk=project_id).exists():
        return ""
    return NOT_IN_IT
