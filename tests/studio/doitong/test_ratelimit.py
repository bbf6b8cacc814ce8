from datetime import UTC, datetime, timedelta

import httpx
import pytest

from studio.doitong.ratelimit import read_rate
from studio.doitong.values import RateLimit

NOW = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)
IN_30_S = NOW + timedelta(seconds=30)
HOUR = timedelta(hours=1)


def rate(**headers: str) -> RateLimit:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return read_rate(httpx.Headers(named), NOW) or RateLimit()


def test_no_header_no_rate() -> None:
    assert read_rate(httpx.Headers({"content-type": "text/html"}), NOW) is None


def test_the_documented_headers() -> None:
    told = rate(
        X_RateLimit_Limit="60", X_RateLimit_Remaining="0", X_RateLimit_Reset=str(int(IN_30_S.timestamp()))
    )
    assert told == RateLimit(limit=60, remaining=0, reset_at=IN_30_S)


@pytest.mark.parametrize(
    "text",
    [
        str(int(IN_30_S.timestamp())),
        f"{IN_30_S.timestamp():.3f}",
        str(int(IN_30_S.timestamp() * 1000)),
        "30",
        "30.0",
        " 30 ",
        "2026-01-15T10:00:30Z",
        "2026-01-15T11:00:30+01:00",
        "2026-01-15T10:00:30",
    ],
)
def test_a_reset_in_any_unit(text: str) -> None:
    assert rate(X_RateLimit_Reset=text).reset_at == IN_30_S


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("-5", NOW),
        ("0", NOW),
        ("1", NOW + timedelta(seconds=1)),
        ("7200", NOW + HOUR),
        ("1000000000", NOW),
        ("99999999999999999999", NOW + HOUR),
        ("2020-01-01T00:00:00Z", NOW),
        ("9999-12-31T23:59:59Z", NOW + HOUR),
    ],
)
def test_a_reset_lies_between_now_and_an_hour(text: str, wanted: datetime) -> None:
    assert rate(X_RateLimit_Reset=text).reset_at == wanted


@pytest.mark.parametrize(
    "text", ["", "soon", "NaN", "inf", "1e9", "0x10", "--1", "9" * 400, "2026-13-45T99:00:00Z"]
)
def test_nonsense_is_no_reset(text: str) -> None:
    assert rate(X_RateLimit_Reset=text).reset_at is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        ("1.5", 1.5),
        ("0", 0.0),
        ("-3", 0.0),
        ("86400", 3600.0),
        ("Thu, 15 Jan 2026 10:00:30 GMT", 30.0),
        ("Thu, 15 Jan 2026 10:00:30 -0000", 30.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("Thu, 99 Foo 2026", None),
        ("Thu, 15 Jan 99999 10:00:30 GMT", None),
    ],
)
def test_retry_after(text: str, seconds: float | None) -> None:
    assert rate(Retry_After=text).retry_after == seconds


@pytest.mark.parametrize("text", ["", "ten", "-1", "1.5", "10, 10;w=60", "9999999999", "٣"])
def test_a_count_is_a_whole_number_or_nothing(text: str) -> None:
    headers = httpx.Headers([(b"x-ratelimit-limit", text.encode())])
    assert read_rate(headers, NOW) is None
