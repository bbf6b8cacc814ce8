"""One question to the provider, and a line of the report. Touches the network through a `Wire`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from studio.doitong.dialects import GRAPHQL_PATH, Call
from studio.doitong.errors import DoitongError
from studio.doitong.wire import Heard, Wire

SECONDS = 15.0  # for one question
LONGEST_PAUSE = 65.0  # seconds
LONGEST_SEEN = 120  # characters


class Verdict(StrEnum):
    """Whether what was seen is what was expected."""

    OK = "ok"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One point of the contract: what is expected of the provider, and what was seen."""

    point: str
    expected: str
    seen: str
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What came of one question. `heard` is None where no answer came, and `why` says so."""

    heard: Heard | None = field(hash=False)
    why: str = ""

    @property
    def status(self) -> int:
        """The HTTP status; 0 where there was none."""
        return (self.heard.exchange.status or 0) if self.heard else 0

    @property
    def document(self) -> Mapping[str, object]:
        """The JSON object that was answered; empty where there was none."""
        return (self.heard.document or {}) if self.heard else {}

    @property
    def data(self) -> Mapping[str, object]:
        """What stands under `data`."""
        return mapping(self.document.get("data"))

    @property
    def errors(self) -> list[Mapping[str, object]]:
        """The entries of `errors`."""
        found = self.document.get("errors")
        return [mapping(one) for one in found] if isinstance(found, list) else []

    @property
    def message(self) -> str:
        """The first error's message."""
        return next((str(one.get("message", "")) for one in self.errors), "")

    @property
    def refused(self) -> bool:
        """Whether it was understood and refused, by status or by `errors`, and not for want of a key."""
        return bool(self.errors) and self.status not in (401, 403, 429) and self.status < 500

    @property
    def header(self) -> Mapping[str, str]:
        """The headers that are kept of the answer, in lower case."""
        return self.heard.exchange.headers if self.heard else {}

    def told(self) -> str:
        """The answer in some words."""
        if self.heard is None:
            return self.why
        said = self.message or self.heard.fault or ", ".join(sorted(self.data)) or "nothing"
        return f"{self.status}: {said}"[:LONGEST_SEEN]


class Asker:
    """Asks under one key and keeps to the window that the answers tell of; `asked` counts."""

    def __init__(
        self,
        *,
        wire: Wire,
        stranger: Wire,
        pause: Callable[[float], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._wire = wire
        self._stranger = stranger
        self._pause = pause
        self._clock = clock
        self._full_until: datetime | None = None
        self.asked = 0
        self.last: Said | None = None

    def ask(self, call: Call) -> Said:
        """Send one question; waits before it where the window is used up."""
        self._wait()
        said = self.last = self._hear(self._wire, call)
        rate = said.heard.exchange.rate if said.heard else None
        self._full_until = rate.reset_at if rate and rate.remaining == 0 else None
        return said

    def ask_as_stranger(self, call: Call) -> Said:
        """Send one question under a key that is none."""
        return self._hear(self._stranger, call)

    def query(self, text: str, **variables: object) -> Said:
        """Ask by GraphQL."""
        return self.ask(graphql(text, **variables))

    def pause(self, seconds: float) -> None:
        """Wait."""
        self._pause(seconds)

    def _hear(self, wire: Wire, call: Call) -> Said:
        self.asked += 1
        try:
            return Said(heard=wire.hear(call, SECONDS))
        except DoitongError as error:
            return Said(heard=None, why=str(error)[:LONGEST_SEEN])

    def _wait(self) -> None:
        if self._full_until is not None:
            ahead = (self._full_until - self._clock()).total_seconds()
            self._pause(min(max(ahead, 0.0), LONGEST_PAUSE) + 0.1)


def graphql(text: str, **variables: object) -> Call:
    """A GraphQL question."""
    return Call(method="POST", path=GRAPHQL_PATH, body={"query": text, "variables": variables})


def rest(path: str) -> Call:
    """A REST question."""
    return Call(method="GET", path=path, header="x-api-key")


def by_other_header(call: Call) -> Call:
    """The same question with the key in the other endpoint's header."""
    return replace(call, header="x-api-key" if call.header == "bearer" else "bearer")


def mapping(value: object) -> Mapping[str, object]:
    """`value` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def finding(point: str, expected: str, seen: str, *, good: bool | None) -> Finding:
    """A line; `good` None is unknown."""
    verdict = Verdict.UNKNOWN if good is None else Verdict.OK if good else Verdict.DIFFERS
    return Finding(point=point, expected=expected, seen=seen[:LONGEST_SEEN], verdict=verdict)


def judged(point: str, expected: str, said: Said, *, good: bool) -> Finding:
    """A line about one answer: unknown where none came, or where it was a 429 or a server's error."""
    blind = said.heard is None or said.status == 429 or said.status >= 500
    return finding(point, expected, said.told(), good=None if blind else good)
