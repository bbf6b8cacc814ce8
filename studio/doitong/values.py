"""The values that travel between Doitong and the studio. Touches nothing, decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """How a job stands. What the provider says beyond these is kept in `Generation.raw_status`."""

    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One image to be asked for. Sizes in pixels; None is not sent (S20, S21, S26, S33 to S38)."""

    prompt: str
    width: int = 1024
    height: int = 1024
    quality: str | None = None
    version: str | None = None
    webhook_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """What the provider says of one job: a reply, a status or a webhook, all in one shape (S40 to S45).

    `credit_cost` is in credits and None where the provider named none that can be believed;
    `anomalies` are the words for what could not be (`ANOMALIES` in `reading`). `raw` is the provider's
    own object, cleaned of the key, for the record.
    """

    remote_id: str
    status: Status
    raw_status: str = ""
    url: str | None = None
    credit_cost: int | None = None
    created_at: datetime | None = None
    completed_at: datetime | None = None
    error_code: str | None = None
    error_message: str | None = None
    anomalies: tuple[str, ...] = ()
    raw: Mapping[str, object] = field(default_factory=dict, hash=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """The window of a key as an answer's headers tell it (S64 to S66).

    `limit` and `remaining` in requests, `retry_after` in seconds; None where a header was missing or
    made no sense.
    """

    limit: int | None = None
    remaining: int | None = None
    reset_at: datetime | None = None
    retry_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its answer, for the record and the wire view. Holds no key.

    `sent`: whether a byte of the request may have left. `response_text`: at most 4 KB. `headers`: those
    of the answer that tell something of it, in lower case and cleaned of the key; none of the request.
    """

    method: str
    url: str
    status: int | None
    started_at: datetime
    duration_ms: int
    request_body: Mapping[str, object] | None = field(hash=False)
    response_text: str
    rate: RateLimit | None
    sent: bool
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer[T]:
    """What was asked for, and the exchange that brought it."""

    value: T
    exchange: Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the provider says of the key's account; `credits` is the balance."""

    plan: str | None
    credits: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A finished download: how many bytes were written, decoded, and their SHA-256 in hex.

    The content type is deliberately absent: only the bytes themselves tell what they are (DL-06).
    """

    bytes: int
    sha256: str
