"""What the queue calls: thin, safe to call twice, never raising for an expected failure."""

from collections.abc import Callable
from uuid import UUID

from studio.credits import telling
from studio.generation import oldcolours, rendering, saving, submission


def submit(key_id: str) -> None:
    """Send the next job of a key, if there is one and the key's limits allow it now."""
    submission.send_next(UUID(key_id))


def save(job_id: str) -> None:
    """Fetch, check and keep the picture of a job that the provider completed."""
    saving.save(UUID(job_id))


def render(image_id: str) -> None:
    """Draw the small pictures of an image that has none yet."""
    rendering.render(int(image_id))


def colours(image_id: str) -> None:
    """Find the colours of an image that was drawn before they were kept."""
    oldcolours.find(int(image_id))


def tell(alert_id: str) -> None:
    """Tell an alert of the credits, and send what of it is due by mail and webhook."""
    telling.tell(UUID(alert_id))


def named(name: str) -> Callable[[str], None] | None:
    """Return the function of this file with that dotted name; nothing else is ever called by the queue."""
    return _BY_NAME.get(name)


_BY_NAME: dict[str, Callable[[str], None]] = {
    f"{__name__}.{task.__name__}": task for task in (submit, save, render, colours, tell)
}
