"""What the pipeline's figures mean: a sentence for each, and what to do where one is not well (G9).

Pure: figures in, findings out. For the health page and `manage.py doctor`.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from studio.generation.findings import Finding
from studio.generation.states import State
from studio.generation.vitals import LATELY, Vitals

OLD_BACKUP = timedelta(days=2)
LONG = 3600.0  # seconds in line, with nothing sent lately
FEW_ANSWERS = 5
CHECKED_WITHIN = timedelta(days=2)


def read(seen: Vitals, now: datetime) -> Iterator[Finding]:
    """Yield a finding for what waits, what the provider answers, the books and the backup."""
    yield _line(seen)
    yield _answers(seen)
    yield _books(seen, now)
    yield _backup(seen, now)


def ago(seconds: float) -> str:
    """Return a time that has passed in the unit that fits: `45 s`, `12 min`, `5 h`, `3 days`."""
    for most, unit, size in ((120, "s", 1), (7_200, "min", 60), (172_800, "h", 3_600)):
        if seconds < most:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds // 86_400)} days"


def _line(seen: Vitals) -> Finding:
    many = seen.jobs.get(State.QUEUED, 0)
    under_way = sum(seen.jobs.get(state, 0) for state in (State.SENDING, State.PROCESSING, State.SAVING))
    if not many:
        return Finding(part="line", says=f"No image waits; {under_way:,} are under way.")
    waits = f"{many:,} images wait, {under_way:,} are under way"
    if seen.oldest is None:
        return Finding(part="line", says=f"{waits}. None of them may be sent yet.")
    stuck = seen.oldest > LONG and not seen.answers
    return Finding(
        part="line",
        says=f"{waits}; the one in line longest came {ago(seen.oldest)} ago.",
        remedy="Nothing was sent lately: see the queue page for a pause, and the other lines here."
        if stuck
        else "",
    )


def _answers(seen: Vitals) -> Finding:
    total, good = sum(seen.answers.values()), seen.answers.get("2xx", 0)
    minutes = LATELY // timedelta(minutes=1)
    if not total:
        return Finding(part="answers", says=f"Nothing was sent to Doitong in the last {minutes} minutes.")
    others = ", ".join(f"{kind}: {many}" for kind, many in sorted(seen.answers.items()) if kind != "2xx")
    said = f"{good:,} of {total:,} answers of the last {minutes} minutes were good"
    bad = total >= FEW_ANSWERS and good * 2 < total
    return Finding(
        part="answers",
        says=f"{said} ({others})." if others else f"{said}.",
        remedy="See the queue page for the reason, and manage.py probe_provider." if bad else "",
    )


def _books(seen: Vitals, now: datetime) -> Finding:
    checkup = seen.checkup
    if checkup is None:
        return Finding(part="books", says="The ledger is checked against the jobs every night at three.")
    at = f"{timezone.localtime(checkup.at):%Y-%m-%d %H:%M}"
    if checkup.findings:
        said = (
            f"The check of {at} found {len(checkup.findings)} differences; the first: {checkup.findings[0]}"
        )
        return Finding(
            part="books", says=said, remedy="Run manage.py check_ledger; see “Red lights” in the manual."
        )
    said = f"The check of {at} was exact: {checkup.entries:,} entries, {checkup.open_holds:,} open holds."
    late = now - checkup.at > CHECKED_WITHIN
    return Finding(
        part="books", says=said, remedy="No night’s check since: see that the watcher runs." if late else ""
    )


def _backup(seen: Vitals, now: datetime) -> Finding:
    needed = "" if settings.DOITONG_SANDBOX else "Run manage.py backup, every night by a timer."
    if seen.backup is None:
        return Finding(part="backup", says="No backup was ever made of this studio.", remedy=needed)
    age = now - seen.backup
    said = f"The last one was made {ago(age.total_seconds())} ago."
    return Finding(part="backup", says=said, remedy=needed if age > OLD_BACKUP else "")
