"""One request to Doitong and its answer: the only place that sends a key. Touches the network.

What httpx raises is turned into facts inside `_attempt`, and our own errors are raised outside of it:
so no error has a frame, a cause or a context in which httpx or h11 hold the header with the key (D8).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from studio.doitong.auth import BearerAuth, HeaderAuth
from studio.doitong.body import BodyFault, Garbled, Late, TooMuch, read_pieces
from studio.doitong.deadline import Deadline, Stopwatch, within
from studio.doitong.dialects import Call
from studio.doitong.document import Document, Unreadable, is_json_like, read_document
from studio.doitong.errors import Ambiguous, NotSent
from studio.doitong.ratelimit import read_rate
from studio.doitong.scrub import Scrubber
from studio.doitong.secret import Secret
from studio.doitong.values import Exchange, RateLimit

LARGEST_DOCUMENT = 1_048_576  # bytes, decoded (PRV-04)
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "prompt-studio"}
_KEPT_HEADERS = (  # of an answer: what tells of it, and never a cookie or a challenge
    *("content-type", "content-length", "date", "server", "location", "retry-after"),
    *("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-request-id"),
)
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_LATE = (httpx.TimeoutException, Late)
_FATE = "so it is not known what became of the request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An answer with a status. `document` is None where its body cannot be read, and `fault` says why."""

    exchange: Exchange
    document: Document | None = field(hash=False)
    fault: str | None


@dataclass(slots=True, kw_only=True)
class _Reply:
    """The facts of one attempt, filled in as they come."""

    traced: bool = False
    sent: bool = False
    status: int | None = None
    rate: RateLimit | None = None
    content_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    broken: type[Exception] | None = None

    def trace(self, event: str, _info: object) -> None:
        """httpx's trace extension: tells whether the first byte of the request left (S82)."""
        self.traced = True
        self.sent = self.sent or event.endswith("send_request_headers.started")

    def break_off(self, kind: type[Exception]) -> None:
        self.broken = kind
        # A transport that traces nothing (an in-memory one) is judged by its error's kind.
        self.sent = self.sent or not (self.traced or issubclass(kind, _NOT_SENT))


class Wire:
    """Sends calls under the key of one client and tells what was heard."""

    def __init__(
        self,
        *,
        http: httpx.Client,
        base_url: str,
        key: Secret,
        scrubber: Scrubber,
        clock: Callable[[], datetime],
        stopwatch: Stopwatch,
        connect_seconds: float,
    ) -> None:
        self._http = http
        self._base_url = base_url
        self._auths = {"bearer": BearerAuth(key), "x-api-key": HeaderAuth(key)}
        self._scrubber = scrubber
        self._clock = clock
        self._stopwatch = stopwatch
        self._connect_seconds = connect_seconds

    def hear(self, call: Call, seconds: float, scrubber: Scrubber | None = None) -> Heard:
        """Send `call` and read its answer, all within `seconds` by the wall clock.

        `scrubber` cleans what is kept of both, where it knows more than the key. Raises `NotSent` when
        no byte left, and `Ambiguous` when one did and no status came back or a good answer broke off.
        Whatever has a status is `Heard`, for `problems` to classify.
        """
        scrubber = scrubber or self._scrubber
        started_at, start = self._clock(), self._stopwatch()
        reply = self._attempt(call, Deadline(seconds, self._stopwatch), scrubber)
        document, text, fault = _read(reply, scrubber)
        exchange = Exchange(
            method=call.method,
            url=self._base_url + call.path,
            status=reply.status,
            started_at=started_at,
            duration_ms=round((self._stopwatch() - start) * 1000),
            request_body=None if call.body is None else scrubber.document(call.body),
            response_text=text,
            rate=reply.rate,
            sent=reply.sent,
            headers=reply.headers,
        )
        if reply.broken and (reply.status is None or reply.status < 300) and not _unreadable(reply):
            raise _lost(exchange, reply.broken)
        return Heard(exchange=exchange, document=document, fault=fault)

    def _attempt(self, call: Call, deadline: Deadline, scrubber: Scrubber) -> _Reply:
        reply = _Reply()
        try:
            with (
                within(deadline),
                self._http.stream(
                    call.method,
                    self._base_url + call.path,
                    json=call.body,
                    headers=_HEADERS,
                    auth=self._auths[call.header],
                    timeout=httpx.Timeout(deadline.left, connect=deadline.cut(self._connect_seconds)),
                    follow_redirects=False,
                    extensions={"trace": reply.trace},
                ) as response,
            ):
                self._fill(reply, response, deadline, scrubber)
        except (httpx.HTTPError, BodyFault) as error:
            reply.break_off(type(error))
        return reply

    def _fill(self, reply: _Reply, response: httpx.Response, deadline: Deadline, scrubber: Scrubber) -> None:
        reply.sent = True
        reply.status = response.status_code
        reply.rate = read_rate(response.headers, self._clock())
        reply.content_type = response.headers.get("content-type", "")
        reply.headers = _told(response.headers, scrubber)
        for piece in read_pieces(response, cap=LARGEST_DOCUMENT, deadline=deadline):
            reply.body += piece


def _told(headers: httpx.Headers, scrubber: Scrubber) -> dict[str, str]:
    """The headers that a record keeps: each one line without the key (PRV-14, PRV-17)."""
    kept = {name: headers[name] for name in _KEPT_HEADERS if name in headers}
    return {name: scrubber.message(text) or "" for name, text in kept.items()}


def _read(reply: _Reply, scrubber: Scrubber) -> tuple[Document | None, str, str | None]:
    """The document, the text to keep of the answer, and why there is no document."""
    text = scrubber.excerpt(reply.body.decode("utf-8", "replace"))
    if reply.broken:
        fault = "it is too large" if reply.broken is TooMuch else "it is broken"
        return None, text, fault
    if not is_json_like(reply.content_type):
        return None, text, "it is not JSON"
    try:
        said = read_document(reply.body)
    except Unreadable as reason:
        return None, text, str(reason)
    document = scrubber.document(said)
    if document != said:  # the key was spelled with \u escapes, which the text still shows
        text = scrubber.excerpt(httpx.Response(200, json=document).text)
    return document, text, None


def _unreadable(reply: _Reply) -> bool:
    """Whether the answer did arrive and is only of no use."""
    return reply.broken in (TooMuch, Garbled)


def _lost(exchange: Exchange, kind: type[Exception]) -> NotSent | Ambiguous:
    late = issubclass(kind, _LATE)
    if not exchange.sent:
        reason = "no connection in time" if late else "no connection"
        return NotSent(f"Doitong could not be reached ({reason}), so nothing was sent.", exchange=exchange)
    if late:
        return Ambiguous(f"Doitong did not answer in time, {_FATE}.", exchange=exchange)
    return Ambiguous(f"The connection to Doitong was cut, {_FATE}.", exchange=exchange)
