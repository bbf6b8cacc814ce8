"""The samples in deploy/ are true: every command in them runs, and ends as they say (G15, OPS-16)."""

import configparser
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import yaml

from studio.generation.management.commands.backup import Command as BackupCommand
from tests import house
from tests.house import ROOT
from tests.machines import Machine, end, machine, wait_for

SYSTEMD = ROOT / "deploy" / "systemd"
UNITS = sorted(path for path in SYSTEMD.glob("*.service") if path.name != "studio-backup.service")
CONTAINER = ROOT / "deploy" / "container"
WITHIN = 15  # seconds; what the samples give the studio to end


def unit(file: Path) -> configparser.ConfigParser:
    """Read a unit of systemd."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[method-assign,assignment]
    parser.read(file)
    return parser


def services() -> dict[str, Any]:
    """Return the services of the compose file."""
    found: dict[str, Any] = yaml.safe_load((CONTAINER / "compose.yaml").read_text())["services"]
    return found


def here(command: str | list[str]) -> list[str]:
    """Return a sample's command with this checkout's Python in place of the sample's."""
    words = command.split() if isinstance(command, str) else command
    assert words[0].endswith(".venv/bin/python")
    return [sys.executable, *words[1:]]


def hearts(database: str) -> set[tuple[str, str]]:
    """Return which process was heard on which machine."""
    with psycopg.connect(database) as connection:
        rows = connection.execute("SELECT name, machine FROM generation_heartbeat").fetchall()
    return {(str(name), str(where)) for name, where in rows}


def ended_by_systemd(running: Machine) -> float:
    """End it as the unit says: SIGTERM to the main process, nothing left, in time."""
    took = end(running, signal.SIGTERM)
    assert running.process.returncode == 0
    return took


def ready(running: Machine) -> bool:
    """Tell whether the whole studio is ready."""
    try:
        return httpx.get(f"http://127.0.0.1:{running.settings['PORT']}/readyz", timeout=5).is_success
    except httpx.TransportError:
        return False


@pytest.fixture
def shared(tmp_path: Path) -> dict[str, str]:
    """Return what machines of one studio have in common, beside the database."""
    names = {"STUDIO_ORIGINALS": "originals", "STUDIO_PICTURES": "pictures", "STUDIO_SECRETS": "secrets"}
    return {name: str(tmp_path / "shared" / folder) for name, folder in names.items()}


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.name)
def test_a_unit_ends_the_main_process_alone_and_restarts_what_died(file: Path) -> None:
    service = unit(file)["Service"]
    assert service["KillMode"] == "mixed"
    assert int(service["TimeoutStopSec"]) == WITHIN
    assert service["Restart"] == "always"
    assert {"NoNewPrivileges", "ProtectSystem", "ProtectHome", "PrivateTmp"} <= set(service)


@pytest.mark.parametrize("file", sorted(SYSTEMD.glob("*.service")), ids=lambda file: file.name)
def test_systemd_understands_the_unit(file: Path, tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd is not here")
    text = file.read_text().replace("/opt/studio/.venv/bin/python", sys.executable)
    copy = tmp_path / file.name
    copy.write_text(text.replace("/opt/studio", str(ROOT)).replace("=studio\n", "=root\n"))
    said = subprocess.run(
        [program, "verify", str(copy)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (said.returncode, said.stderr) == (0, "")


@pytest.mark.xdist_group("house")
@pytest.mark.postgres
def test_the_units_run_a_studio_and_a_worker_beside_it(
    own_postgres_url: str, shared: dict[str, str], tmp_path: Path
) -> None:
    whole, worker = (
        unit(ROOT / "deploy" / "systemd" / name) for name in ("studio.service", "studio-worker.service")
    )
    common = {**shared, "DATABASE_URL": own_postgres_url}
    first = house.environment(tmp_path / "first", STUDIO_MACHINE="first", **common)
    second = house.environment(
        tmp_path / "second",
        STUDIO_MACHINE="second",
        **{**common, "DOITONG_URL": f"http://127.0.0.1:{first['SANDBOX_PORT']}"},
    )
    with machine(first, command=here(whole["Service"]["ExecStart"])) as studio:
        with machine(second, command=here(worker["Service"]["ExecStart"])) as other:
            all_four = {(name, where) for name in ("queue", "watcher") for where in ("first", "second")}
            wait_for(lambda: hearts(own_postgres_url) == all_four, other.said)
            wait_for(lambda: ready(studio), studio.said)
            assert ended_by_systemd(other) < WITHIN
        assert ended_by_systemd(studio) < WITHIN


@pytest.mark.xdist_group("house")
@pytest.mark.postgres
@pytest.mark.redis
def test_the_compose_file_runs_a_web_server_and_a_worker(
    own_postgres_url: str, redis_url: str, shared: dict[str, str], tmp_path: Path
) -> None:
    web, worker = services()["web"], services()["worker"]
    common = {
        "DATABASE_URL": own_postgres_url,
        "REDIS_URL": redis_url,
        "DOITONG_URL": "https://api.doitong.com",
    }
    given = {**common, **shared, "STUDIO_DEMO": "0", "STUDIO_URL": "https://studio.example"}
    assert set(web["environment"]) - {"STUDIO_BIND"} == set(worker["environment"])
    left_out = {"STUDIO_ORIGINALS_STORAGE", "STUDIO_ORIGINALS_OPTIONS", "STUDIO_METRICS_TOKEN"}  # empty
    assert set(worker["environment"]) <= {*given, "STUDIO_BEHIND_PROXY", *left_out}
    given |= dict.fromkeys(left_out, "")
    data = [house.environment(tmp_path / name, STUDIO_MACHINE=name, **given) for name in ("web", "worker")]
    with machine(data[0], command=here(web["command"])) as server:
        check = web["healthcheck"]["test"]
        healthy = here([*check[1:-1], check[-1].replace("8000", server.settings["PORT"])])
        subprocess.run(healthy, check=True, timeout=30)
        with machine(data[1], command=here(worker["command"]), up="Running here: queue, watcher.") as other:
            wait_for(lambda: ready(server), lambda: server.said() + other.said())
            assert server.processes("watch") == []
            check = worker["healthcheck"]["test"]
            beats = [*check[1:-1], check[-1].replace("/data", str(other.data))]
            subprocess.run(here(beats), check=True, timeout=30)
            assert ended_by_systemd(other) < WITHIN
        assert ended_by_systemd(server) < WITHIN


def test_a_container_is_given_time_to_end_and_may_write_nowhere_else() -> None:
    for service in (services()["web"], services()["worker"]):
        assert service["stop_grace_period"] == f"{WITHIN}s"
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]


def test_g6_the_nightly_unit_makes_a_backup_and_keeps_some() -> None:
    words = unit(SYSTEMD / "studio-backup.service")["Service"]["ExecStart"].split()
    assert words[:2] == ["/opt/studio/.venv/bin/python", "manage.py"]
    assert unit(SYSTEMD / "studio-backup.timer")["Timer"]["Persistent"] == "true"
    parser = BackupCommand().create_parser("manage.py", words[2])
    told = parser.parse_args(words[3:])
    assert (str(told.into), told.keep, told.folder) == ("/var/backups/studio", 14, None)


def instructions() -> Iterator[tuple[str, str]]:
    """Yield the instructions of the Containerfile."""
    for line in (CONTAINER / "Containerfile").read_text().splitlines():
        if line and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            yield word, rest


def test_the_image_is_made_of_what_is_there_and_runs_as_nobody_special() -> None:
    found = list(instructions())
    copied = [rest.split()[:-1] for word, rest in found if word == "COPY" and "--from" not in rest]
    names = [name for names in copied for name in names]
    assert [name for name in names if not (ROOT / name).exists()] == []
    assert {"manage.py", "studio", "gallery", "templates", "static"} <= set(names)
    assert ("USER", "studio") in found
    assert dict(found)["HEALTHCHECK"].endswith(
        f"CMD {json.dumps(services()['web']['healthcheck']['test'][1:])}"
    )
    assert dict(found)["CMD"] == '[".venv/bin/python", "manage.py", "start"]'


def test_the_image_is_built_with_the_house_s_own_tools() -> None:
    version = re.search(r"UV_VERSION=(\S+)", (ROOT / "deploy" / "prepare").read_text())
    assert version is not None
    text = (CONTAINER / "Containerfile").read_text()
    assert f"uv=={version[1]}" in text
    python = (ROOT / ".python-version").read_text().strip()
    assert f"python:{'.'.join(python.split('.')[:2])}-slim" in text


def test_the_sync_of_the_image_is_one_that_uv_knows() -> None:
    uv = ROOT / ".tools" / "uv" / "bin" / "uv"
    line = next(rest for word, rest in instructions() if "uv sync" in rest)
    words = line.replace("/usr/local/bin/python", sys.executable).split()[1:]
    begun = time.monotonic()
    done = subprocess.run(
        [str(uv), *words, "--dry-run", "--offline"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{time.monotonic() - begun:.0f} s\n{done.stderr}"
