"""Whatever the provider sends, the client answers a value or a DoitongError."""

import json

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.doitong import (
    BadAnswer,
    Client,
    DoitongError,
    Generation,
    Order,
    Secret,
    read_webhook,
    verify_signature,
)
from studio.doitong.document import DEEPEST, LARGEST_INT, Unreadable, read_document
from studio.doitong.ratelimit import LONGEST_WINDOW, read_rate
from tests.studio.doitong.conftest import KEY, NOW

WORDS = """
data errors error id status url creditCost createdAt generate generateimage j0
message extensions code creditsRequired path account credits plan metadata
"""
NAMES = st.sampled_from(WORDS.split())
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.sampled_from(["completed", "abc", KEY, "2026-01-15T10:00:00Z", "INTERNAL", "RATE_LIMITED"])
)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=25,
)
BODIES = st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode())
STATUSES = st.integers(200, 599)


@given(BODIES, STATUSES, st.sampled_from(["graphql", "generateImage", "rest"]))
@settings(max_examples=300)
def test_prv_05_the_client_raises_nothing_but_its_own_errors(body: bytes, status: int, dialect: str) -> None:
    headers = {"content-type": "application/json"}
    transport = httpx.MockTransport(lambda _: httpx.Response(status, headers=headers, content=body))
    with httpx.Client(transport=transport) as http:
        client = Client(
            base_url="https://api.doitong.com", key=Secret(KEY), http=http, dialect=dialect, clock=lambda: NOW
        )
        for call in (
            lambda: client.generate(Order(prompt="x")),
            lambda: client.look(["abc"]),
            client.account,
            client.test_key,
        ):
            try:
                told = repr(call())
            except DoitongError as error:
                told = f"{error} {error.message} {error.exchange}"
            assert KEY not in told
            told.encode()


@given(BODIES)
def test_a_document_is_always_within_bounds(body: bytes) -> None:
    try:
        document = read_document(body)
    except Unreadable:
        return
    json.dumps(document, allow_nan=False)
    assert _depth(document) <= DEEPEST
    assert all(abs(number) <= LARGEST_INT for number in _ints(document))


@given(BODIES)
def test_a_webhook_is_a_generation_or_a_bad_answer(body: bytes) -> None:
    try:
        told: object = read_webhook(body, [Secret(KEY)])
    except DoitongError as error:
        told = error
    assert type(told) in (Generation, BadAnswer)
    assert KEY not in repr(told)


@given(
    st.binary(max_size=100),
    st.none() | st.text(st.characters()),
    st.lists(st.text(st.characters()), max_size=3),
)
def test_a_signature_never_raises(body: bytes, header: str | None, secrets: list[str]) -> None:
    assert verify_signature(body, header, [Secret(text) for text in secrets]) is False


@given(st.dictionaries(st.sampled_from(["x-ratelimit-reset", "retry-after"]), st.text(st.characters())))
def test_a_rate_is_always_within_the_hour(headers: dict[str, str]) -> None:
    rate = read_rate(headers, NOW)
    if rate and rate.reset_at:
        assert NOW <= rate.reset_at <= NOW + LONGEST_WINDOW
    if rate and rate.retry_after is not None:
        assert 0 <= rate.retry_after <= LONGEST_WINDOW.total_seconds()


def _children(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _depth(value: object) -> int:
    return isinstance(value, dict | list) + max(map(_depth, _children(value)), default=0)


def _ints(value: object) -> list[int]:
    own = [value] if isinstance(value, int) else []
    return own + [number for child in _children(value) for number in _ints(child)]
