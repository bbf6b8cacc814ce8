"""Over three hundred bad inputs: never an error of ours, nothing in line, nothing held (INP-01, INP-05)."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from studio.generation.models import Job, Run
from tests.studio.generation import ringing
from tests.studio.generation.pages import posted
from tests.studio.generation.place import Place
from tests.studio.generation.world import held

REFUSED = [  # no prompt
    "", " ", "\x00", "a\x00b", "\x1b[31m",
    "𝕏" * 4_001, "🏜️" * 3_000, "x" * 5_000, "x" * 200_000, " " * 100_000,
    "{", "}", "{a|b", "{" * 3_000, "__x__", "{x$$a|b}", "${7*7}", "{a|b}" * 800, "{a|b}" * 30, "{|a}{|b}",
    "a" + "|b" * 1_900,  # more combinations than a float can say
]  # fmt: skip
ODD = [  # prompts like any other, posted with a width that is none
    "\u202eevil", "\ufffe", "<script>alert(1)</script>", "'; DROP TABLE x; --", "../../etc/passwd", "\\",
    "a\r\nSet-Cookie: b=c", "|" * 4_000, "%s%n%x", "NaN", "None", "null", "true", "0", "-1", "=1+1", "\u200b",
]  # fmt: skip
NUMBERS = [
    "0", "-1", "99999", "1e9", "٣", "0x10", "1_000", "1.5", "NaN", "Infinity", "-0", "9" * 5_000, "true",
    "", " ", "null", "[1]", '{"a":1}', "½", "۵", "1;2", "\x00", "ten", "1,024", "+1", "２", "--", "1 or 1=1",
]  # fmt: skip
NUMERIC = [
    "width",
    "height",
    "each",
    "size",
    "shape",
    "visibility",
    "quality",
    "experiment",
    "token",
]


def forms() -> Iterator[dict[str, Any]]:
    """Yield what a person, a broken page or a script may post; each of them is wrong somewhere."""
    for typed in REFUSED:
        yield posted(typed)
    for typed in ODD:
        yield posted(typed, width="0", height="512")
    for field in NUMERIC:
        for number in NUMBERS:
            if (field, number) not in FINE:
                yield posted(**{field: number})
    for field in posted():
        missing = posted()
        del missing[field]
        yield missing
        yield missing | {f"{field}[]": ["a", "b"]}
    yield {}
    yield {"template": ["a", ""]}
    yield posted() | {"template": ["a {", "b }"]}
    yield posted(width="512", height="")
    yield posted("{a|b|c|d|e|f|g|h|i|j}" * 9)


# a field that is empty or not needed is no mistake
FINE = {(field, blank) for field in ("width", "height", "experiment") for blank in ("", " ")}
FORMS = list(forms())


def nothing_happened(place: Place) -> None:
    assert (Run.objects.count(), Job.objects.count(), held(place.person)) == (1, 4, 80)
    assert not ringing.waiting()


@pytest.fixture
def robust(tab: Client) -> Client:
    """Return the browser, which shows an error of ours as a 500 in place of raising it."""
    tab.raise_request_exception = False
    return tab


def test_the_corpus_is_large_enough() -> None:
    assert len(FORMS) >= 300


@pytest.mark.parametrize("part", range(8))
def test_no_form_is_an_error_of_ours_or_starts_anything(part: int, place: Place, robust: Client) -> None:
    for form in FORMS[part::8]:
        shown = json.dumps(form)[:200]
        response = robust.post("/runs", form)
        assert 400 <= response.status_code < 500, shown
        estimate = robust.post("/composer/estimate", form)
        assert estimate.status_code in {200, 400}, shown
    nothing_happened(place)


QUERIES = [
    (url, name)
    for url, names in {
        "/": ("draft", "before"),
        "/news": ("since", "pace", "scope"),
    }.items()
    for name in names
]


@pytest.mark.parametrize(("url", "name"), QUERIES)
def test_no_query_string_is_an_error_of_ours(url: str, name: str, place: Place, robust: Client) -> None:
    for typed in REFUSED + ODD + NUMBERS:
        if len(typed) > 10_000:
            continue  # longer than a server takes in an address
        assert robust.get(f"{url}?{name}={quote(typed)}").status_code < 500, typed[:200]
    for raw in (
        f"{name}[]=1",
        f"{name}=1&{name}=2",
        "draft=%ff%fe",
        "since=%ED%A0%80",
        "scope=run:%00",
        "scope=::::",
        "&&&=&",
        "%",
        "scope=from:",
    ):
        assert robust.get(f"{url}?{raw}").status_code < 500, raw
    nothing_happened(place)


BODIES: list[tuple[bytes, str]] = [
    (b'{"template": "a dune"}', "application/json"),
    (b"[]", "application/json"),
    (b"template=a%00b", "application/x-www-form-urlencoded"),
    (b"template=%ED%A0%80", "application/x-www-form-urlencoded"),
    (b"template=\xff\xfe", "application/x-www-form-urlencoded"),
    ("template=düne".encode("utf-16"), "application/x-www-form-urlencoded; charset=utf-16"),
    (b"template=a", "application/x-www-form-urlencoded; charset=nothing"),
    (b"\x1f\x8b\x08", "application/x-www-form-urlencoded"),
    (b"--x\r\nnothing", "multipart/form-data; boundary=x"),
    (b"", "multipart/form-data"),
    (b"--\xff\r\n", "multipart/form-data; boundary=\xc3\xbf"),
    (b"a=1&" * 1_000, "application/x-www-form-urlencoded"),
    (b"template=" + b"x" * 1_500_000, "application/x-www-form-urlencoded"),
    (b"<x/>", "text/xml"),
    (b"template=a", ""),
]


@pytest.mark.parametrize("url", ["/runs", "/composer/estimate"])
@pytest.mark.parametrize("number", range(len(BODIES)))
def test_no_body_is_an_error_of_ours(url: str, number: int, place: Place, robust: Client) -> None:
    body, kind = BODIES[number]
    assert robust.generic("POST", url, body, content_type=kind).status_code < 500
    nothing_happened(place)


@pytest.mark.parametrize("name", ["run_cancel", "run_retry", "job_cancel", "job_retry", "remix"])
def test_what_is_sent_along_with_a_button_changes_nothing(name: str, place: Place, robust: Client) -> None:
    """PERM-08: only the address says what is meant."""
    extra = {"cost": "0", "state": "done", "member": str(place.person.pk), "purchase": "1", "key": "1"}
    before = {job.pk: (job.cost, job.member_id) for job in Job.objects.all()}
    assert robust.post(place.url(name), extra).status_code == 302
    assert {job.pk: (job.cost, job.member_id) for job in Job.objects.all()} == before
    assert reverse("explore") == "/"
