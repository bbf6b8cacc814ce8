"""What each state means to a person: what happened, what it cost, and what can be done (B2).

Plain words, one place. Pure but for the addresses of the actions.
"""

from dataclasses import dataclass

from django.urls import reverse

from studio.generation.models import Job
from studio.generation.states import Reason, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button under a tile: a form that posts to `url`."""

    label: str
    url: str
    icon: str = ""
    id: str = ""
    confirm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A state in words. `why` ends in a full stop; `cost` has none: the tile sets it."""

    title: str
    why: str = ""
    cost: str = ""
    actions: tuple[Action, ...] = ()


def meaning(job: Job) -> Meaning:
    """Return what the job's state means now and the next steps it offers."""
    return WORDS[State(job.state)](job)


def cost_of(job: Job) -> str:
    """Say what a job that made no picture cost: never a silent charge (D12)."""
    if job.cost:
        return f"{job.cost} credits charged"
    return "Possibly charged" if job.possibly_charged else "Not charged"


def _queued(job: Job) -> Meaning:
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
    return Meaning(title="Held: key refused", why="Goes on when the API key works again.", actions=actions)


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
    actions = (_retry(job, "Retry"), _edit(job))
    return Meaning(title=titles.get(job.reason, "Failed"), why=why, cost=cost_of(job), actions=actions)


def _cancelled(job: Job) -> Meaning:
    if job.finished_at is None:
        return Meaning(title="Stopped waiting", why="Doitong still makes it, and charges for it.")
    return Meaning(title="Cancelled", cost=cost_of(job), actions=(_retry(job, "Generate after all"),))


def _unknown(job: Job) -> Meaning:
    twice = "Doitong may have made this image already. Sending it again may cost twice."
    return Meaning(
        title="Outcome unknown",
        why=f"{_sentence(job.detail)} Sending it again may cost twice.".strip(),
        cost="Possibly charged",
        actions=(
            _retry(job, "Send again", confirm=twice),
            _give_up(job),
        ),
    )


def _overdue(job: Job) -> Meaning:
    return Meaning(
        title="Overdue",
        why="No news from Doitong. Still listening; its credits stay held.",
        actions=(_stop_waiting(job), _give_up(job)),
    )


def _give_up(job: Job) -> Action:
    return Action(label="Give up", url=reverse("job_give_up", args=[job.pk]), id=f"give-up-{job.pk}")


def _retry(job: Job, label: str, *, confirm: str = "") -> Action:
    url = reverse("job_retry", args=[job.pk])
    return Action(label=label, url=url, icon="rotate-ccw", id=f"retry-{job.pk}", confirm=confirm)


def _edit(job: Job) -> Action:
    return Action(label="Edit", url=reverse("job_edit", args=[job.pk]), icon="pencil", id=f"edit-{job.pk}")


def _cancel(job: Job) -> Action:
    return Action(label="Cancel", url=reverse("job_cancel", args=[job.pk]), id=f"cancel-{job.pk}")


def _stop_waiting(job: Job) -> Action:
    return Action(
        label="Stop waiting",
        url=reverse("job_cancel", args=[job.pk]),
        id=f"cancel-{job.pk}",
        confirm="Doitong is making this image already: its credits are spent either way.",
    )


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


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
