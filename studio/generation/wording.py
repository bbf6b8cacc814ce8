"""What each state means to a person: what happened, what it cost, and what can be done (B2).

Plain words, one place. Pure but for the addresses of the actions.
"""

from dataclasses import dataclass, replace

from django.urls import reverse

from studio.generation.models import Job
from studio.generation.states import Reason, State

CHECKED = "Possibly charged, being checked"  # until the provider's own figure tells (D12, D13)
TWICE = "Doitong may have made this image already. Sending it again may cost twice."


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button under a tile: a form that posts to `url`, or a link by `href`.

    `deed` is its name where many are steered at once (`batches.Deed`), "" where it has none.
    """

    label: str
    url: str = ""
    href: str = ""
    icon: str = ""
    id: str = ""
    confirm: str = ""
    deed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A state in words. `why` ends in a full stop; `cost` has none: the tile sets it."""

    title: str
    why: str = ""
    cost: str = ""
    actions: tuple[Action, ...] = ()


def meaning(job: Job) -> Meaning:
    """Return what the job's state means now and the next steps it offers."""
    words = WORDS[State(job.state)](job)
    if not job.charged_late:
        return words
    late = f"the earlier try was charged after all: {job.charged_late} credits"
    return replace(words, cost=f"{words.cost}; {late}" if words.cost else late[0].upper() + late[1:])


def cost_of(job: Job) -> str:
    """Say what a job that made no picture cost: never a silent charge (D12)."""
    if job.cost:
        return f"{job.cost} credits charged"
    return CHECKED if job.possibly_charged else "Not charged"


def _queued(job: Job) -> Meaning:
    if job.not_before is not None and job.not_before == job.run.starts_at:
        return Meaning(title="Waits for its time", actions=(_begin(job), _cancel(job)))
    if job.detail:
        return Meaning(title="Trying again", why=_sentence(job.detail), actions=(_cancel(job),))
    return Meaning(title="In line", actions=(_cancel(job),))


def _sending(job: Job) -> Meaning:
    return Meaning(title="Sending", why="Asking Doitong to start.")


def _processing(job: Job) -> Meaning:
    return Meaning(title="Generating", actions=(_stop_waiting(job),))


def _saving(job: Job) -> Meaning:
    return Meaning(title="Saving", why="Fetching the picture")


def _done(job: Job) -> Meaning:
    return Meaning(title="Done")


def _held(job: Job) -> Meaning:
    actions = (*([_retry(job, "Try now")] if job.key.works else []), _cancel(job))
    if job.reason == Reason.CREDITS:
        return Meaning(title="Held: out of credits", why="Goes on by itself after a top-up.", actions=actions)
    if job.reason == Reason.PRICE:
        again = _retry(job, "Make it at this price")
        return Meaning(title="Held: the price rose", why=_sentence(job.detail), actions=(again, _cancel(job)))
    if job.reason == Reason.NO_ANSWER:
        again = _retry(job, "Send", confirm=TWICE)
        why = f"{_sentence(job.detail)} Sending it may cost twice."
        return Meaning(title="Held: out of a backup", why=why, actions=(again, _cancel(job)))
    mend = () if job.key.works else (Action(label="See the key", href=reverse("key"), icon="key-round"),)
    return Meaning(
        title="Held: key refused", why="Goes on when the API key works again.", actions=(*mend, *actions)
    )


def _failed(job: Job) -> Meaning:
    why = _sentence(job.detail)
    if job.reason == Reason.SAVE:
        again = _retry(job, "Fetch again")
        return Meaning(
            title="Picture not saved", why=why, cost=f"Paid {job.cost or 0} credits", actions=(again,)
        )
    titles = {
        str(Reason.REFUSED): "Doitong refused this",
        str(Reason.PROVIDER): "Doitong had an error",
        str(Reason.GIVEN_UP): "Given up",
    }
    actions = (_retry(job, "Retry"), _edit(job), _details(job))
    return Meaning(title=titles.get(job.reason, "Failed"), why=why, cost=cost_of(job), actions=actions)


def _cancelled(job: Job) -> Meaning:
    if job.finished_at is None:
        return Meaning(title="Stopped waiting", why="Doitong still makes it, and charges for it.")
    return Meaning(title="Cancelled", cost=cost_of(job), actions=(_retry(job, "Generate after all"),))


def _unknown(job: Job) -> Meaning:
    return Meaning(
        title="Outcome unknown",
        why=f"{_sentence(job.detail)} Sending it again may cost twice.".strip(),
        cost=CHECKED,
        actions=(
            _retry(job, "Send again", confirm=TWICE),
            _give_up(job),
            _details(job),
        ),
    )


def _overdue(job: Job) -> Meaning:
    return Meaning(
        title="Overdue",
        why="No news from Doitong. Still listening; its credits stay held.",
        actions=(_stop_waiting(job), _give_up(job)),
    )


def _give_up(job: Job) -> Action:
    url = reverse("job_give_up", args=[job.pk])
    return Action(label="Give up", url=url, id=f"give-up-{job.pk}", deed="give_up")


def _begin(job: Job) -> Action:
    url = reverse("job_begin", args=[job.pk])
    return Action(label="Start now", url=url, icon="zap", id=f"begin-{job.pk}", deed="begin")


def _retry(job: Job, label: str, *, confirm: str = "") -> Action:
    url = reverse("job_retry", args=[job.pk])
    return Action(
        label=label, url=url, icon="rotate-ccw", id=f"retry-{job.pk}", confirm=confirm, deed="retry"
    )


def _edit(job: Job) -> Action:
    url = reverse("job_edit", args=[job.pk])
    return Action(label="Edit", url=url, icon="pencil", id=f"edit-{job.pk}", deed="edit")


def _details(job: Job) -> Action:
    return Action(label="Details", href=reverse("wire", args=[job.pk]))


def _cancel(job: Job) -> Action:
    url = reverse("job_cancel", args=[job.pk])
    return Action(label="Cancel", url=url, id=f"cancel-{job.pk}", deed="cancel")


def _stop_waiting(job: Job) -> Action:
    return Action(
        label="Stop waiting",
        url=reverse("job_cancel", args=[job.pk]),
        id=f"cancel-{job.pk}",
        confirm="Doitong is making this image already: its credits are spent either way.",
        deed="stop",
    )


def _sentence(text: str) -> str:
    ended = text.rstrip('”’")').endswith((".", "!", "?"))  # also within what is quoted
    return text if not text or ended else f"{text}."


WORDS = {
    State.QUEUED: _queued,
    State.HELD: _held,
    State.SENDING: _sending,
    State.PROCESSING: _processing,
    State.SAVING: _saving,
    State.DONE: _done,
    State.FAILED: _failed,
    State.CANCELLED: _cancelled,
    State.UNKNOWN: _unknown,
    State.OVERDUE: _overdue,
}
