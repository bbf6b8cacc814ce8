"""The probe against the sandbox: all is well, and each switch makes exactly its own points differ (S93)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from studio.doitong import Secret, UnusableKey
from studio.doitong.probe import Finding, Verdict, ask_all, buy, open_asker
from studio.doitong.probe.asking import Asker
from studio.doitong.probe.limits import unit_of
from studio.doitong.probe.purchase import unbought
from studio.sandbox.app import Sandbox, create_app
from studio.sandbox.catalogue import CATALOGUE

BASE = "http://127.0.0.1:8001"
HOOK = "https://example.com/hook"
KEY = "sbx_pro"
FREE = {  # switch -> the points that differ because of it
    "strict": {"access: either header"},
    "balance_off": {"account: GraphQL", "account: REST"},
    "introspection_off": {"GraphQL: introspection"},
    "status_graphql_off": {"status: GraphQL"},
    "status_rest_off": {"status: REST"},
    "polls_free": {"limits: questions count"},
    "no_limit_headers": {"limits: headers"},
    "bad_limit_headers": {"limits: headers"},
    "lowered_limit": {"limits: requests a minute"},
    "reset_format": {"limits: unit of Reset"},
    "errors_in_200": {"errors: status"},
    "lowercase_key": {"GraphQL: key of data"},
}
BOUGHT = {
    "webhook_url_refused": {"order: webhookUrl"},
    "webhook_url_ignored": {"order: webhookUrl"},
    "quality_refused": {"order: quality"},
    "charge_at_submit": {"order: cost at first"},
    "sync": {"order: accepted", "order: cost at first"},
    "strange_status": {"order: status words", "order: accepted"},
    "surge_price": {"order: cost"},
    "completed_without_url": {"order: completed"},
    "queued": set[str](),
}
UNSEEN = {  # no question and no single purchase shows these; the report says so
    "lenient",
    "quality_ignored",
    "charge_on_failure",
    "gap_is_high",
    "day_counts_requests",
}


class Sockets(httpx.WSGITransport):
    """Tells of cut and hanging connections as a real transport does."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with _told():
            answer = super().handle_request(request)
        answer.stream = Body(answer.stream)
        return answer


class Body(httpx.SyncByteStream):
    """A body that is cut as a real one is."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        with _told():
            yield from self._inner


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except ConnectionResetError:
        raise httpx.ReadError("cut") from None
    except TimeoutError:
        raise httpx.ReadTimeout("late") from None


class Place:
    """The sandbox on a clock of its own, and an asker before it."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.pauses: list[float] = []
        self.app: Sandbox = create_app(latency=5, fast=True, clock=lambda: self.now, base_url=BASE)
        self.http = httpx.Client(transport=Sockets(app=self.app))
        self.known = self._finished()

    def close(self) -> None:
        self.http.close()
        self.app.close()

    def _finished(self) -> str:
        order = {"service": "flux-krea", "prompt": "a dune"}
        answer = self.http.post(f"{BASE}/v1/text_to_image", json=order, headers={"X-API-Key": KEY})
        self.now += 3_600
        return str(answer.json()["data"]["generateimage"]["id"])

    def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def fault(self, name: str, **setting: Any) -> None:
        self.app.provider.board.put(KEY, [{"name": name, "on": "any", **setting}])

    def asker(self, key: str = KEY) -> Asker:
        return open_asker(
            base_url=BASE,
            key=Secret(key),
            http=self.http,
            pause=self._pause,
            clock=lambda: datetime.fromtimestamp(self.now, UTC),
        )

    def asked(self, *, known: bool = True) -> list[Finding]:
        return ask_all(self.asker(), known_id=self.known if known else None, per_minute=60)

    def bought(self, dialect: str = "rest") -> list[Finding]:
        return list(buy(self.asker(), dialect=dialect, webhook_url=HOOK))

    def spent(self) -> int:
        with self.app.store.transaction() as db:
            return int(db.execute("SELECT count(*) FROM jobs").fetchone()[0])


@pytest.fixture
def place() -> Iterator[Place]:
    made = Place()
    yield made
    made.close()


def points(found: list[Finding], verdict: Verdict) -> set[str]:
    return {one.point for one in found if one.verdict is verdict}


def test_a_faithful_provider_differs_nowhere(place: Place) -> None:
    found = place.asked()
    assert points(found, Verdict.DIFFERS) == set()
    assert points(found, Verdict.UNKNOWN) == {
        "limits: a day",
        "price: a failed job",
        "price: between the tiers",
        "quality: unknown word",
        "webhook: signature",
    }
    assert len({one.point for one in found}) == len(found) == 29


def test_asking_buys_nothing_and_sends_few_requests(place: Place) -> None:
    before = place.spent()
    asker = place.asker()
    ask_all(asker, known_id=place.known, per_minute=60)
    assert place.spent() == before
    assert asker.asked == 17


def test_without_a_finished_job_some_points_stay_unknown(place: Place) -> None:
    found = place.asked(known=False)
    assert points(found, Verdict.DIFFERS) == set()
    assert {"status: REST", "status: aliases", "GraphQL: key of data", "job: url"} <= points(
        found, Verdict.UNKNOWN
    )


@pytest.mark.parametrize("switch", FREE)
def test_a_switch_makes_its_own_points_differ_and_no_other(place: Place, switch: str) -> None:
    place.fault(switch, **({"value": 45} if switch == "lowered_limit" else {}))
    assert points(place.asked(), Verdict.DIFFERS) == FREE[switch]


@pytest.mark.parametrize(("unit", "seen"), [("epoch_ms", "Unix milliseconds"), ("delta", "seconds from now")])
def test_the_unit_of_the_reset_is_named(place: Place, unit: str, seen: str) -> None:
    place.fault("reset_format", value=unit)
    (line,) = [one for one in place.asked() if one.point == "limits: unit of Reset"]
    assert line.seen.startswith(seen)


@pytest.mark.parametrize("dialect", ["graphql", "generateImage", "rest"])
def test_a_purchase_is_one_image_and_differs_nowhere(place: Place, dialect: str) -> None:
    before = place.spent()
    found = place.bought(dialect)
    assert place.spent() == before + 1
    assert points(found, Verdict.DIFFERS) == set()
    assert {one.point for one in found} == {one.point for one in unbought()}
    assert points(found, Verdict.UNKNOWN) == ({"order: webhookUrl"} if dialect == "graphql" else set())


@pytest.mark.parametrize("switch", BOUGHT)
def test_a_switch_shows_in_a_purchase_of_one_image_still(place: Place, switch: str) -> None:
    before = place.spent()
    place.fault(switch)
    dialect = "generateImage" if switch == "charge_at_submit" else "rest"  # REST names no cost at first
    assert points(place.bought(dialect), Verdict.DIFFERS) == BOUGHT[switch]
    assert place.spent() == before + 1


def test_every_switch_of_the_sandbox_is_tried() -> None:
    switches = {kind.name for kind in CATALOGUE.values() if kind.stage in ("switch", "header")}
    assert switches - UNSEEN <= {*FREE, *BOUGHT}
    assert {*FREE, *BOUGHT, *UNSEEN} <= set(CATALOGUE)


@pytest.mark.parametrize("fault", ["http_500", "http_429", "drop", "hang"])
def test_a_provider_that_does_not_answer_is_unknown_and_not_different(place: Place, fault: str) -> None:
    place.fault(fault)
    assert points(place.asked(), Verdict.DIFFERS) == set()


@pytest.mark.parametrize(
    "fault",
    [kind.name for kind in CATALOGUE.values() if kind.stage in ("answer", "request", "accept", "job")],
)
def test_no_answer_breaks_the_probe(place: Place, fault: str) -> None:
    place.fault(fault)
    assert len(place.asked()) == 29
    assert len(place.bought()) == 7


def test_it_waits_where_the_window_is_used_up(place: Place) -> None:
    with place.app.store.transaction() as db:
        db.execute("UPDATE accounts SET requests_per_minute = 5 WHERE name = 'pro'")
    found = place.asked()
    assert place.pauses
    assert max(place.pauses) < 66
    assert not any("429" in one.seen for one in found)


def test_no_line_holds_the_key(place: Place) -> None:
    found = [*place.asked(), *place.bought()]
    assert KEY not in json.dumps([one.seen for one in found])
    assert KEY not in repr(place.asker())


def test_what_cannot_be_a_key_is_refused(place: Place) -> None:
    with pytest.raises(UnusableKey):
        place.asker("sbx\npro")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("1800000000", "Unix seconds"),
        ("1800000000000", "Unix milliseconds"),
        ("42", "seconds from now"),
        ("2027-01-15T08:00:00Z", "ISO 8601"),
        ("soon", None),
        ("", None),
    ],
)
def test_units(text: str, unit: str | None) -> None:
    assert unit_of(text) == unit
