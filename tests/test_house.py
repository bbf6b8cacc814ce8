"""The house as a whole: it refuses to start when something is wrong, starts, ends, and leaves nothing."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pytest_django.fixtures import Settings

from studio import checks, children, preflight, statics
from studio.doitong import addresses
from tests import house, network
from tests.house import ROOT, House
from tests.permissions.scanning import hides
from tests.visitor import Books, Visitor

CHECKS = (
    checks.demonstration_stays_at_home,
    checks.public_address_is_whole,
    checks.hosts_are_named,
    checks.secret_key_is_long,
    checks.provider_may_be_asked,
)


@pytest.fixture
def taken_port() -> Iterator[int]:
    """Hold a port of the loopback."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def refusal(tmp_path: Path, **variables: str) -> str:
    """Start a studio that must refuse; return what it said."""
    settings = house.environment(tmp_path / "data", **variables)
    ended = subprocess.run(
        [sys.executable, "manage.py", "start"],
        cwd=ROOT,
        env=settings,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stderr.strip()


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"PORT": "many"}, "PORT is “many”. Set it to a whole number from 1 to 65535."),
        ({"STUDIO_DEMO": "perhaps"}, "STUDIO_DEMO is “perhaps”. Set it to 1 or 0."),
        (
            {"DATABASE_URL": "mysql://x/y"},
            "DATABASE_URL begins with “mysql”. Use sqlite:///PATH or postgres://…",
        ),
    ],
)
def test_a_broken_setting_is_one_sentence_and_code_2(
    tmp_path: Path, variables: dict[str, str], sentence: str
) -> None:
    assert refusal(tmp_path, **variables) == sentence


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        (
            {"DOITONG_URL": "http://api.doitong.com"},
            (
                "DOITONG_URL is not an address that a key may be sent to. "
                "Write it as https://api.doitong.com; http is for a provider on this machine only."
            ),
        ),
        (
            {"DOITONG_URL": "http://[broken"},
            "DOITONG_URL cannot be read as an address. Write it as https://host:port.",
        ),
        (
            {"SANDBOX_LATENCY": "soon"},
            "SANDBOX_LATENCY is “soon”. Set it to default, real, instant, or seconds from 0 to 3600.",
        ),
    ],
)
def test_a_provider_that_cannot_be_asked_is_one_sentence_and_code_2(
    tmp_path: Path, variables: dict[str, str], sentence: str
) -> None:
    assert refusal(tmp_path, **variables) == sentence


def test_a_data_folder_that_cannot_be_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = refusal(tmp_path, STUDIO_DATA=str(tmp_path / "file" / "data"))
    assert said.startswith("STUDIO_DATA: the folder")
    assert said.count("\n") == 0


def test_a_port_in_use_is_one_sentence_each(tmp_path: Path, taken_port: int) -> None:
    said = refusal(tmp_path, PORT=str(taken_port)).splitlines()
    assert said == [f"PORT: port {taken_port} is in use by another program. Stop it, or set PORT to another."]


def test_a_demonstration_beyond_this_machine_is_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, STUDIO_BIND="0.0.0.0")
    assert said.startswith(
        "STUDIO_DEMO is on, where anyone may sign in as anyone, but STUDIO_BIND is “0.0.0.0”."
    )


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, set()),
        ({"DEMO": True, "DEBUG": True}, set()),
        ({"DEMO": True, "BIND": "0.0.0.0"}, {"studio.E001"}),
        ({"DEMO": True, "PUBLIC_URL": "https://studio.example"}, {"studio.E001"}),
        ({"DEBUG": True, "BIND": "192.0.2.1"}, {"studio.E002"}),
        ({"DEBUG": True, "DEMO": True, "BIND": "::"}, {"studio.E001", "studio.E002"}),
        ({"PUBLIC_URL": "studio.example"}, {"studio.E003"}),
        ({"PUBLIC_URL": "https://studio.example/path"}, {"studio.E003"}),
        ({"PUBLIC_URL": "ftp://studio.example"}, {"studio.E003"}),
        ({"ALLOWED_HOSTS": ["*"]}, {"studio.E004"}),
        ({"SECRET_KEY": "x" * 31}, {"studio.E005"}),
        ({"DOITONG_URL": "https://api.doitong.com"}, set()),
        ({"DOITONG_URL": "http://localhost:8001"}, set()),
        ({"DOITONG_URL": "http://api.doitong.com"}, {"studio.E006"}),
        ({"DOITONG_URL": "api.doitong.com"}, {"studio.E006"}),
        ({"DOITONG_URL": "https://name:word@api.doitong.com"}, {"studio.E006"}),
        ({"DOITONG_URL": "https://api.doitong.com?key=1"}, {"studio.E006"}),
        ({"BIND": "0.0.0.0", "PUBLIC_URL": "https://studio.example"}, set()),
    ],
)
def test_ops_02_settings_that_are_dangerous_together_are_found(
    settings: Settings, changed: dict[str, object], found: set[str]
) -> None:
    for name, value in changed.items():
        setattr(settings, name, value)
    assert {fault.id for check in CHECKS for fault in check()} == found


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost"])
def test_a_host_that_can_only_be_this_machine(host: str) -> None:
    assert addresses.is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "studio.example", ""])
def test_a_host_that_may_be_reached_from_outside(host: str) -> None:
    assert not addresses.is_loopback(host)


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("http://127.0.0.1:8001", True),
        ("http://localhost:8001", True),
        ("http://127.0.0.1:8002", False),
        ("http://127.0.0.1:8001/v2", False),
        ("https://localhost:8001", False),
        ("http://[::1]:8001", False),
        ("https://api.doitong.com", False),
    ],
)
def test_the_sandbox_is_started_where_the_provider_is_to_be_found_there(
    settings: Settings, address: str, own: bool
) -> None:
    settings.SANDBOX_PORT, settings.DOITONG_URL = 8001, address
    assert children.uses_own_sandbox() is own


def test_a_sandbox_under_the_machines_name_is_asked_and_answers_under_it(settings: Settings) -> None:
    settings.SANDBOX_PORT, settings.DOITONG_URL = 8001, "http://localhost:8001"
    command = list(children.sandbox().command)
    assert command[command.index("--host") + 1] == "localhost"


@pytest.mark.parametrize(
    ("given", "latency"), [("", "default"), ("instant", "instant"), ("2.50", "2.5"), ("0", "0")]
)
def test_a_latency_is_a_word_or_seconds(monkeypatch: pytest.MonkeyPatch, given: str, latency: str) -> None:
    monkeypatch.setenv("SANDBOX_LATENCY", given)
    assert children.latency() == latency


def test_an_address_of_another_machine_cannot_be_listened_at() -> None:
    said = preflight.port_fault("192.0.2.1", 0, "PORT", "STUDIO_BIND")
    assert said.startswith("STUDIO_BIND is “192.0.2.1”: this machine cannot listen there")


def test_a_database_file_in_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    said = preflight._file_fault(tmp_path / "missing" / "studio.sqlite3")
    assert said == f"DATABASE_URL: the folder {tmp_path / 'missing'} does not exist."


def test_a_database_file_that_cannot_be_written_to_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: False)  # root may write anywhere
    assert "cannot be written to" in preflight._file_fault(tmp_path / "studio.sqlite3")


def test_the_sandbox_needs_a_port_of_its_own(settings: Settings) -> None:
    settings.PORT = settings.SANDBOX_PORT = house.free_port()
    settings.DOITONG_URL = f"http://127.0.0.1:{settings.PORT}"
    assert f"SANDBOX_PORT and PORT are both {settings.PORT}." in " ".join(preflight._ports())


def test_a_redis_that_does_not_answer_is_named(settings: Settings, taken_port: int) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{house.free_port()}/0"
    assert "".join(preflight._redis()).startswith("REDIS_URL: Redis does not answer")


def test_static_files_are_collected_only_when_they_changed(settings: Settings, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.css").write_text("a {}")
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [source], tmp_path / "collected"
    assert [statics.collect(), statics.collect()] == [True, False]
    (source / "a.css").write_text("a { color: red }")
    assert statics.collect()
    assert (tmp_path / "collected" / "a.css").read_text() == "a { color: red }"


def test_a_test_cannot_leave_this_machine() -> None:
    with pytest.raises(network.OutsideError), socket.socket() as way_out:
        way_out.connect(("192.0.2.1", 80))
    with pytest.raises(network.OutsideError):
        socket.getaddrinfo("studio.example", 80)
    assert network.refused == ["192.0.2.1", "studio.example"]
    network.refused.clear()


def test_health_is_told_to_anyone(running_studio: House) -> None:
    assert house.answers(f"{running_studio.url}/healthz")


NEVER_SERVED = [
    ".env", ".git/config", ".git/HEAD", "manage.py", "pyproject.toml", "uv.lock", "Makefile", "README.md",
    "studio/settings.py", "studio/", "studio.sqlite3", "db.sqlite3", "data/studio.sqlite3",
    "var/studio.sqlite3", "secrets/secret-key", "secrets/keyring", "originals/", "pictures/", "media/",
    "static/", "static/../manage.py", "static/%2e%2e/manage.py", "static/..%2fmanage.py",
    "static/.git/config", "pictures/../studio.sqlite3", "server-status", "admin/", "phpinfo.php",
    "backup.zip", "dump.sql", "id_rsa", "run/queue.beat", "logs/",
]  # fmt: skip


def test_key_09_the_process_list_and_its_environments_hold_no_key(running_studio: House) -> None:
    """KEY-09: what every process was started with, after a key was used; none leaves its memory behind."""
    with Visitor(running_studio) as designer:
        designer.sign_in("designer").generate("a lamp that nobody lit")
        designer.wait_until_quiet()
    secrets = running_studio.data / "secrets"
    ring = (secrets / "keyring").read_text().split()
    private = [Books(running_studio).jobs()[-1]["key"], (secrets / "secret-key").read_text().strip()]
    private += [line.partition(":")[2] for line in ring]
    processes = [Path("/proc") / line.split()[0] for line in house.left_behind(running_studio.data)]
    assert len(processes) > 5
    for process in processes:
        seen = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
        assert [secret for secret in private if hides(seen, secret)] == []
        assert "Max core file size        0 " in (process / "limits").read_text()


def test_ops_12_nothing_is_served_by_accident(running_studio: House) -> None:
    with httpx.Client(base_url=running_studio.url, trust_env=False, timeout=30) as http:
        answers = {name: http.get(f"/{name}").status_code for name in NEVER_SERVED}
    assert {name: status for name, status in answers.items() if status != 404} == {}


def test_ctrl_c_ends_everything_within_ten_seconds_and_a_second_start_finds_the_data(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with house.running(data) as first:
        assert len(house.left_behind(data)) >= 6  # supervisor, lifeline, web, queue, watcher, sandbox
        secret = (data / "secrets" / "secret-key").read_bytes()
        begun = time.monotonic()
    assert time.monotonic() - begun < 10
    assert "Stopped. Nothing is left running." in first.log.read_text()
    with house.running(data) as second:
        assert (data / "secrets" / "secret-key").read_bytes() == secret
    assert "Traceback" not in second.log.read_text()
