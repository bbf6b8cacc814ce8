import httpx
import pytest

from studio.doitong.addresses import Gate, base_url, is_public, parse

LIVE = Gate(
    base="https://api.doitong.com", hosts=["cdn.doitong.com", "img.example:8443"], allow_private=False
)
SANDBOX = Gate(base="http://127.0.0.1:8001", hosts=["cdn.doitong.com", "localhost"], allow_private=True)


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1"])
def test_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::101:101",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001::1",
        "2001:db8::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "",
        "localhost",
        "0x7f000001",
        "2130706433",
        "127.1",
    ],
)
def test_dl_01_not_public(address: str) -> None:
    assert not is_public(address)


def admits(gate: Gate, url: str) -> bool:
    place = parse(url)
    return place is not None and gate.admits(place)


@pytest.mark.parametrize(
    "url",
    [
        "https://cdn.doitong.com/outputs/a.jpg",
        "https://CDN.doitong.com:443/outputs/a.jpg?x=1",
        "https://api.doitong.com/outputs/a.jpg",
        "https://img.example:8443/a.jpg",
    ],
)
def test_the_lists_hosts_are_admitted(url: str) -> None:
    assert admits(LIVE, url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "cdn.doitong.com/a.jpg",
        "//cdn.doitong.com/a.jpg",
        "/a.jpg",
        "http://cdn.doitong.com/a.jpg",
        "ftp://cdn.doitong.com/a.jpg",
        "file:///etc/passwd",
        "file://cdn.doitong.com/etc/passwd",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "gopher://cdn.doitong.com/",
        "https://cdn.doitong.com:22/a.jpg",
        "https://cdn.doitong.com:80/a.jpg",
        "https://cdn.doitong.com./a.jpg",
        "https://cdn.doitong.com.evil.example/a.jpg",
        "https://evil.example/cdn.doitong.com",
        "https://evil.example#cdn.doitong.com",
        "https://evil.example?@cdn.doitong.com",
        "https://cdn.doitong.com@evil.example/a.jpg",
        "https://user:word@cdn.doitong.com/a.jpg",
        "https://user@cdn.doitong.com/a.jpg",
        "https://evil.example\\@cdn.doitong.com/a.jpg",
        "https://cdn.doitong.com\\.evil.example/a.jpg",
        "https://xcdn.doitong.com/a.jpg",
        "https://doitong.com/a.jpg",
        "https://img.example/a.jpg",
        "https://127.0.0.1/a.jpg",
        "https://127。0。0。1/a.jpg",
        "https://①②⑦.0.0.1/a.jpg",
        "https://0x7f.1/a.jpg",
        "https://2130706433/a.jpg",
        "https://[::1]/a.jpg",
        "https://[::ffff:127.0.0.1]/a.jpg",
        "https://localhost/a.jpg",
        "https://169.254.169.254/latest/meta-data/",
        "https://cdn.doitong.com\t.evil.example/",
        "https://cdn\n.doitong.com/",
        "https:// cdn.doitong.com/",
        "https://[cdn.doitong.com/",
        "https://cdn.doitong.com:99999/",
        "https://cdn.doitong.com:x/",
        "https://" + "a" * 70_000,
    ],
)
def test_dl_04_everything_else_is_not(url: str) -> None:
    assert not admits(LIVE, url)
    assert not admits(SANDBOX, url)


def test_the_sandbox_serves_pictures_from_its_own_port_of_this_machine() -> None:
    assert admits(SANDBOX, "http://127.0.0.1:8001/outputs/a.jpg")
    assert admits(SANDBOX, "http://localhost:8001/outputs/a.jpg")
    assert admits(SANDBOX, "https://cdn.doitong.com/outputs/a.jpg")
    assert not admits(SANDBOX, "http://127.0.0.1:6379/")
    assert not admits(SANDBOX, "http://localhost/")
    assert not admits(SANDBOX, "http://[::1]:8001/")
    assert not admits(SANDBOX, "http://cdn.doitong.com:443/")


def test_without_leave_nothing_goes_over_http() -> None:
    gate = Gate(base="http://127.0.0.1:8001", hosts=[], allow_private=False)
    assert not admits(gate, "http://127.0.0.1:8001/outputs/a.jpg")


@pytest.mark.parametrize(
    "url", ["https://api.doitong.com", "http://localhost:8001", "http://[::1]:8001/", "https://x/y/"]
)
def test_a_base_url_is_kept_without_its_slash(url: str) -> None:
    assert base_url(url) == url.rstrip("/")
    assert not httpx.URL(base_url(url)).path.endswith("//")


@pytest.mark.parametrize(
    "url", ["http://api.doitong.com", "http://10.0.0.1", "http://localhost.evil.example", "https://a#b"]
)
def test_prv_16_a_key_never_crosses_a_network_in_clear(url: str) -> None:
    with pytest.raises(ValueError):
        base_url(url)
