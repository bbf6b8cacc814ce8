"""What the queue calls: thin, safe to call twice, never raising for an expected failure."""

from uuid import UUID

from studio.generation import saving, submission


def submit(key_id: str) -> None:
    """Send the next job of a key, if there is one and the key's limits allow it now."""
    submission.send_next(UUID(key_id))


def save(job_id: str) -> None:
    """Fetch, check and keep the picture of a job that the provider completed."""
    saving.save(UUID(job_id))
