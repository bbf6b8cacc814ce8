"""The task cluster as real processes: whoever is killed is replaced, and nobody outlives the rest."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from studio.generation.cluster import Cluster
from tests import house, lent

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")

PATIENCE = 40.0  # seconds; a loaded machine is slow
ROOT = house.ROOT


def until(holds: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def children(pid: int) -> set[int]:
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return set(map(int, told))


def alive(pid: int) -> bool:
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run `manage.py work` on an empty database of its own."""
    settings = house.environment(tmp_path / "data", STUDIO_WORKERS="2", STUDIO_LOG_LEVEL="ERROR")
    settings |= {"DATABASE_URL": "", "REDIS_URL": ""}
    lent.lend_file(tmp_path / "data", house.environment)
    process = subprocess.Popen([sys.executable, "manage.py", "work"], cwd=ROOT, env=settings)
    try:
        until(lambda: len(children(process.pid)) == 4, "two workers and two painters")
        until((tmp_path / "data" / "run" / "queue.beat").exists, "a first heartbeat")
        yield process
    finally:
        for pid in {process.pid, *(children(process.pid) if process.poll() is None else ())}:
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        process.wait(PATIENCE)


def test_who_is_killed_is_replaced_the_rest_goes_on_and_the_end_is_quick(
    cluster: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    """Of queue.md's deaths: idle workers killed at once, the main process told to end."""
    before = children(cluster.pid)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    until(lambda: len(children(cluster.pid) - before) == 4, "four others")
    beat = tmp_path / "data" / "run" / "queue.beat"
    since = beat.stat().st_mtime
    until(lambda: beat.stat().st_mtime > since, "a heartbeat of the new workers")
    last, begun = children(cluster.pid), time.monotonic()
    cluster.send_signal(signal.SIGTERM)
    assert cluster.wait(PATIENCE) == 0
    assert time.monotonic() - begun < 10
    assert not any(map(alive, last))


def test_nobody_outlives_a_killed_main_process(cluster: subprocess.Popen[bytes]) -> None:
    orphans = children(cluster.pid)
    cluster.kill()
    cluster.wait(PATIENCE)
    until(lambda: not any(map(alive, orphans)), "all of them to end by themselves")


def test_img_06_a_painter_that_dies_costs_one_try_and_the_next_one_paints(tmp_path: Path) -> None:
    """In a process of its own, since a fork of the tests' would have their threads (IMG-06)."""
    Image.new("RGB", (64, 64), "teal").save(tmp_path / "good.png")
    (tmp_path / "try.py").write_text(TRY)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(
        [sys.executable, str(tmp_path / "try.py"), str(tmp_path)],
        env=environment, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    first, second, third = json.loads(done.stdout)
    assert first == "Reading the picture stopped the studio's painter."
    assert second == [64, 64]
    assert third.startswith("What Doitong sent is not a whole picture")
    assert len(list((tmp_path / "drawn-2").iterdir())) == 3


TRY = """
import json, os, signal, sys
from pathlib import Path
import django
django.setup()
from studio.generation import painter, pictures

folder = Path(sys.argv[1])
lane = painter.open_lane()
painter.use_lane(lane)
said = []

def painting(dies):
    pid = os.fork()
    if pid == 0:
        if dies:
            pictures.verify = lambda *_: os.kill(os.getpid(), signal.SIGSEGV)
        painter.serve(lane)
        os._exit(0)
    return pid

def tried(number, name):
    try:
        found = painter.begin(folder / name, folder / f"clean-{number}", folder / f"drawn-{number}")
    except pictures.BadPicture as error:
        return str(error)
    found.finish()
    found.close()
    return [found.facts.width, found.facts.height]

first = painting(dies=True)
said.append(tried(1, "good.png"))
os.waitpid(first, 0)
second = painting(dies=False)
said.append(tried(2, "good.png"))
(folder / "bad.png").write_bytes(b"<html>")
said.append(tried(3, "bad.png"))
os.kill(second, signal.SIGKILL)
print(json.dumps(said))
"""


def test_a_painter_has_the_time_that_its_seconds_of_processor_may_take_under_load(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    killed: list[int] = []
    monkeypatch.setattr(os, "kill", lambda pid, number: killed.append(pid))
    house_of_two = Cluster(workers=1, threads=1, painters=1)
    worker, painter = house_of_two._places
    for place in (worker, painter):
        place.pid = 1_000 + place.number
        house_of_two._sign(place, 0.0)
    for end in (*house_of_two._lane, house_of_two._wake, house_of_two._waker):
        end.close()
    for seconds, hung in ((59, []), (61, [worker.pid]), (301, [worker.pid, painter.pid])):
        killed.clear()
        house_of_two._kill_hung(float(seconds))
        assert killed == hung
