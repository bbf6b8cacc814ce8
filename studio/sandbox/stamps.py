"""Times: Unix seconds inside, ISO 8601 in UTC outside (S45)."""

from __future__ import annotations

from datetime import UTC, datetime


def iso(at: float) -> str:
    """`at` (Unix seconds) as the provider writes it: 2025-01-01T00:00:00.000Z."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day_start(at: float) -> float:
    """Unix seconds of the UTC midnight before `at` (S87)."""
    return at - at % 86_400
