"""One way out of the studio, and none from it to what listens inside (DL-01, DL-04, DL-05, DL-09, PRV-15).

A canary listens on this machine; every spelling of its address, as a picture's and as where an answer
redirects to, is tried over real sockets, and nobody ever calls on it.
"""

import ast
import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from studio.doitong import BadAnswer, Client, DownloadError, HostRefused, Order, Secret, open_http
from tests.house import ROOT
from tests.studio.doitong.conftest import KEY
from tests.studio.doitong.loopback import Visit, serving

LOOPBACKS = [
    "127.0.0.1", "127.1", "127.0.1", "127.127.127.127", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1",
    "0177.0.0.1", "017700000001", "0177.1", "00000177.00000000.00000000.00000001", "127.000.000.001",
    "0", "0.0.0.0", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::1%25lo]", "localhost", "LOCALHOST",
    "localhost.", "a.localhost", "127.0.0.1.", "127。0。0。1", "①②⑦.⓪.⓪.①", "１２７.0.0.1",
    "ⓛocalhost", "127.0.0.1%00", "cdn.doitong.com@127.0.0.1", "cdn.doitong.com:443@127.0.0.1",
    "127.0.0.1#@cdn.doitong.com", "127.0.0.1\\@cdn.doitong.com", "cdn.doitong.com%40127.0.0.1",
    "cdn.doitong.com.127.0.0.1.nip.example",
]  # fmt: skip
OTHERS = [
    "file:///etc/passwd", "file://127.0.0.1:{port}/x", "ftp://127.0.0.1:{port}/", "gopher://127.0.0.1:{port}/x",
    "dict://127.0.0.1:{port}/d", "ldap://127.0.0.1:{port}/", "tftp://127.0.0.1:{port}/x",
    "//127.0.0.1:{port}/", "data:image/png;base64,AAAA", "javascript:fetch('http://127.0.0.1:{port}')",
    "127.0.0.1:{port}/a.jpg", "https://cdn.doitong.com:{port}/a.jpg", "http://cdn.doitong.com/a.jpg",
    "http:127.0.0.1:{port}/a.jpg",
]  # fmt: skip
SPELLINGS = [
    f"{scheme}://{host}:{{port}}/a.jpg" for scheme in ("http", "https") for host in LOOPBACKS
] + OTHERS
ORDER = Order(prompt="a dune", width=512, height=512)
FETCHERS = {
    "urllib.request",
    "http.client",
    "httpcore",
    "requests",
    "urllib3",
    "aiohttp",
    "ftplib",
    "smtplib",
}
INSIDE = {
    "studio/preflight.py": "tries whether a port of this machine is free",
    "studio/env.py": "asks for the machine's name",
    "studio/house.py": "asks its own web server whether it is up",
    "studio/bells/sockets.py": "Unix sockets",
    "studio/generation/cluster.py": "Unix sockets",
    "studio/generation/newsroom.py": "Unix sockets",
    "studio/generation/painter.py": "Unix sockets",
}


class Canary:
    """Something that listens inside and must never be called on."""

    def __init__(self) -> None:
        self.hits = 0

    def __call__(self, visit: Visit) -> None:
        self.hits += 1
        visit.hear()
        visit.answer(b"the inside", "Content-Type: image/jpeg")


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with open_http() as client:
        yield client


def refused(client: Client, url: str) -> bool:
    """Say whether a picture's address is refused before anybody is called on."""
    try:
        client.download(url, io.BytesIO(), max_bytes=1_000, max_seconds=2)
    except HostRefused:
        return True
    except DownloadError:
        return False
    return False


def test_dl_01_dl_04_no_spelling_of_an_inside_address_is_called_on(http: httpx.Client) -> None:
    canary = Canary()
    with serving(canary) as port:
        asked: list[str] = []

        def inside(host: str, _port: int) -> list[str]:
            asked.append(host)
            return ["127.0.0.1"]

        live = Client(base_url="https://api.doitong.com", key=Secret(KEY), http=http, resolver=inside)
        sandbox = Client(base_url="http://127.0.0.1:1", key=Secret(KEY), http=http, allow_private=True)
        told = [spelling.format(port=port) for spelling in SPELLINGS]
        let_by = [url for url in told for client in (live, sandbox) if not refused(client, url)]
        assert refused(live, "https://cdn.doitong.com/a.jpg")  # its name leads inside
    assert len(SPELLINGS) > 83
    assert let_by == []
    assert asked == ["cdn.doitong.com"]
    assert canary.hits == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_prv_15_no_answer_leads_a_request_inside(status: int, http: httpx.Client) -> None:
    canary = Canary()
    with serving(canary) as inside:

        def provider(visit: Visit) -> None:
            visit.hear()
            visit.answer(b"", f"Location: http://127.0.0.1:{inside}/", status=f"{status} Moved")

        with serving(provider) as port:
            base = f"http://127.0.0.1:{port}"
            client = Client(base_url=base, key=Secret(KEY), http=http, allow_private=True)
            with pytest.raises(BadAnswer):
                client.generate(ORDER)
            with pytest.raises(BadAnswer):
                client.look(["abc"])
            assert refused(client, f"{base}/a.jpg")
    assert canary.hits == 0


def test_prv_16_no_setting_and_no_argument_turns_verification_off(http: httpx.Client) -> None:
    words = [path.read_text() for path in code("studio/doitong", "studio/accounts", "studio/settings.py")]
    assert not [text for text in words if "verify=False" in text or "CERT_NONE" in text]
    assert not [text for text in words if "check_hostname = False" in text or "_create_unverified" in text]
    assert not http.trust_env  # no variable of the environment names other certificates, or a proxy


def test_dl_05_one_module_opens_connections_to_the_outside() -> None:
    openers, fetchers, sockets = set(), set(), set()
    for path in code("studio", "gallery"):
        name, tree = path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())
        openers |= {name for call in calls(tree) if call in {"httpx.Client", "httpx.AsyncClient"}}
        openers |= {name for call in calls(tree) if call in {"httpx.get", "httpx.post", "httpx.request"}}
        fetchers |= {name for module in imports(tree) if module in FETCHERS}
        sockets |= {name for module in imports(tree) if module == "socket"}
    assert openers == {"studio/doitong/transport.py"}
    assert fetchers - set(INSIDE) == {"studio/doitong/transport.py"}
    assert sockets - set(INSIDE) == {"studio/doitong/download.py"}  # which asks for the addresses of a name


def test_dl_09_pictures_are_fetched_by_one_function_at_one_place() -> None:
    places = [
        path.relative_to(ROOT).as_posix()
        for path in code("studio", "gallery")
        for call in calls(ast.parse(path.read_text()))
        if call.endswith(".download") or call == "Downloader"
    ]
    assert sorted(places) == ["studio/doitong/client.py", "studio/generation/saving.py"]


def code(*tops: str) -> Iterator[Path]:
    """Yield the studio's own modules; the sandbox is a provider, and none of them."""
    for top in tops:
        place = ROOT / top
        for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
            if "sandbox" not in path.parts:
                yield path


def calls(tree: ast.AST) -> Iterator[str]:
    """Yield what is called, as it is written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            yield ast.unparse(node.func)


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield the modules that are imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
