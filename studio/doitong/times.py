"""A moment as the provider writes it (S45). Pure."""

from datetime import UTC, datetime


def read_time(value: object) -> datetime | None:
    """An ISO 8601 text as an aware moment in UTC; without an offset it is UTC; None where it is none."""
    if not isinstance(value, str) or not 10 <= len(value.strip()) <= 40:
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
