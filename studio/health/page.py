"""The health page: the studio's parts in words, and what to do where one is not well (G9, OPS-14).

Asked of rows and the disk alone, in a fixed number of queries: `manage.py doctor` also rings a bell, recounts
the ledger and asks the provider.
"""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from studio.accounts.access import admins_only
from studio.accounts.http import MemberRequest
from studio.generation import condition, doctor, usage, vitals
from studio.generation.condition import ago
from studio.generation.states import State
from studio.generation.vitals import Vitals
from studio.templatetags.look import number

PARTS = ("queue", "heartbeats", "keys", "disk", "quota", "clock")
TITLES = {
    "line": "Images in line", "answers": "Doitong’s answers", "books": "Ledger check", "backup": "Backup",
    "queue": "Queue", "heartbeats": "Processes", "keys": "API keys", "disk": "Disk",
    "quota": "Room for pictures", "clock": "Clock",
}  # fmt: skip


@require_safe
@never_cache
@admins_only
def health_page(request: MemberRequest) -> HttpResponse:
    """Draw what is seen of each part now."""
    now = timezone.now()
    seen = vitals.look(now)
    findings = [*condition.read(seen, now), *doctor.examine(now, PARTS)]
    context = {
        "figures": _figures(seen, now),
        "rows": [(TITLES[finding.part], finding) for finding in findings],
        "wrong": sum(not finding.is_well for finding in findings),
        "members": usage.by_member(),
        "at": now,
    }
    return render(request, "team/health.html", context)


def _figures(seen: Vitals, now: datetime) -> list[tuple[str, str, str]]:
    """Return what stands large on the page: its name, the figure, and a word about it."""
    waiting = seen.jobs.get(State.QUEUED, 0)
    oldest = "Nothing" if seen.oldest is None else ago(seen.oldest)
    backup = ago((now - seen.backup).total_seconds()) if seen.backup else "Never"
    return [
        ("Waiting", number(waiting), f"{number(sum(seen.jobs.values()) - waiting)} others have not ended"),
        ("Longest in line", oldest, "of what may be sent now"),
        ("Free on the disk", usage.said(seen.free), f"{usage.said(seen.reserve)} are kept in reserve"),
        ("Last backup", backup, "ago" if seen.backup else "docs/running.md says how"),
    ]
