"""A body is posted to a checked address and nowhere else, within one deadline (DL-01 to DL-05, D7)."""

from collections.abc import Iterator, Sequence

import httpx
import pytest

from studio.doitong import Sender, SendError, is_fit, open_http
from tests.studio.doitong.loopback import Visit, serving
from tests.studio.doitong.test_ways_out import LOOPBACKS, OTHERS

PUBLIC = "93.184.216.34"


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with open_http() as client:
        yield client


def sender(*statuses: int, addresses: Sequence[str] = (PUBLIC,), heard: list[httpx.Request]) -> Sender:
    """A sender whose receiver answers so, whose host has these addresses."""
    answers = iter(statuses)

    def receive(request: httpx.Request) -> httpx.Response:
        heard.append(request)
        return httpx.Response(next(answers), headers={"Location": "http://127.0.0.1/"})

    http = httpx.Client(transport=httpx.MockTransport(receive))
    return Sender(http=http, allow_loopback=False, resolver=lambda _host, _port: list(addresses))


def test_it_goes_to_the_address_that_was_checked_under_the_host_s_name() -> None:
    heard: list[httpx.Request] = []
    sender(204, heard=heard).post("https://hooks.example/x?y=1", b"{}", {"webhook-id": "1"}, max_seconds=5)
    [request] = heard
    assert (request.url.host, request.headers["host"]) == (PUBLIC, "hooks.example")
    assert request.extensions["sni_hostname"] == "hooks.example"
    assert (request.method, request.content, request.headers["webhook-id"]) == ("POST", b"{}", "1")
    assert request.url.path == "/x"


@pytest.mark.parametrize("status", [199, 301, 302, 307, 308, 400, 410, 500])
def test_any_other_answer_is_a_failure_and_leads_nowhere(status: int) -> None:
    heard: list[httpx.Request] = []
    with pytest.raises(SendError, match=str(status)):
        sender(status, heard=heard).post("https://hooks.example/", b"{}", {}, max_seconds=5)
    assert len(heard) == 1


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["10.0.0.5"], [PUBLIC, "169.254.169.254"], []])
def test_a_name_that_leads_inside_is_never_called_on(addresses: list[str]) -> None:
    heard: list[httpx.Request] = []
    with pytest.raises(SendError, match="private network"):
        sender(200, addresses=addresses, heard=heard).post("https://h.example/", b"{}", {}, max_seconds=5)
    assert heard == []


def test_no_spelling_of_this_machine_is_called_on(http: httpx.Client) -> None:
    hits: list[bytes] = []

    def canary(visit: Visit) -> None:
        hits.append(visit.hear())
        visit.answer(b"")

    let_by = []
    with serving(canary) as port:
        told = [f"{scheme}://{host}:{port}/" for scheme in ("http", "https") for host in LOOPBACKS]
        strict = Sender(http=http, allow_loopback=False, resolver=lambda _host, _port: ["127.0.0.1"])
        for url in told + [other.format(port=port) for other in OTHERS]:
            try:
                strict.post(url, b"{}", {}, max_seconds=2)
            except SendError:
                continue
            let_by.append(url)
    assert let_by == []
    assert hits == []


def test_this_machine_is_called_on_where_the_settings_allow_it(http: httpx.Client) -> None:
    hits: list[bytes] = []

    def receiver(visit: Visit) -> None:
        hits.append(visit.hear())
        visit.answer(b"")

    with serving(receiver) as port:
        allowed = Sender(http=http, allow_loopback=True)
        allowed.post(f"http://127.0.0.1:{port}/x", b"told", {"webhook-id": "7"}, max_seconds=5)
    assert b"webhook-id: 7" in hits[0].lower()
    assert hits[0].endswith(b"told")


def test_who_is_not_there_is_a_sentence(http: httpx.Client) -> None:
    with serving(lambda visit: visit.reset()) as port:
        gone = f"http://127.0.0.1:{port}/"
        with pytest.raises(SendError):
            Sender(http=http, allow_loopback=True).post(gone, b"{}", {}, max_seconds=5)


def nowhere(_host: str, _port: int) -> list[str]:
    raise OSError


def test_a_name_that_nobody_knows(http: httpx.Client) -> None:
    lost = Sender(http=http, allow_loopback=False, resolver=nowhere)
    with pytest.raises(SendError, match="cannot be found"):
        lost.post("https://hooks.example/", b"{}", {}, max_seconds=5)


@pytest.mark.parametrize(
    ("url", "fit"),
    [
        ("https://hooks.example/a", True),
        ("https://hooks.example:8443/a?b=c", True),
        ("http://hooks.example/a", False),
        ("https://user:secret@hooks.example/", False),
        ("https://hooks.example/#x", False),
        ("ftp://hooks.example/", False),
        ("http://localhost/", False),
        ("https://[::1]/", False),
        ("", False),
    ],
)
def test_what_an_admin_may_type(url: str, fit: bool) -> None:
    assert is_fit(url, allow_loopback=False) is fit
