"""How long from putting a task in line to the worker's first line, and what waiting costs.

`DATABASE_URL=… REDIS_URL=… python -m tests.bench.queue [N]`, with an empty database of its own. Real
processes: a cluster like the studio's, and this one, which puts tasks in line as a page does.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

IDLE_SECONDS = 20.0
PAUSE = 0.05  # seconds between two tasks: the queue is empty when the next one comes


def main() -> None:
    """Print one line of JSON."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    os.environ["STUDIO_DATA"] = tempfile.mkdtemp(prefix="studio-bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "studio.settings"
    os.environ["STUDIO_LOG_LEVEL"] = "ERROR"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", verbosity=0, interactive=False)
    connections.close_all()
    reading, writing = os.pipe()
    cluster = _cluster(writing)
    time.sleep(3)
    whole, without = (sorted(times) for times in zip(*(_one(reading) for _ in range(number)), strict=True))
    idle = _idle(cluster)
    os.kill(cluster, 15)
    os.waitpid(cluster, 0)
    print(
        json.dumps(
            {
                "n": number,
                "p50_ms": _ms(whole, 0.5),
                "p95_ms": _ms(whole, 0.95),
                "without_commit_p50_ms": _ms(without, 0.5),
                "without_commit_p95_ms": _ms(without, 0.95),
                "idle_percent_of_a_core": round(100 * idle, 2),
            }
        )
    )


def _cluster(writing: int) -> int:
    """Start a cluster whose `submit` tells when it was begun."""
    pid = os.fork()
    if pid:
        return pid
    from studio.generation import tasks
    from studio.generation.cluster import Cluster
    from studio.generation.queue import SUBMIT

    def told(subject: str) -> None:
        os.write(writing, f"{subject} {time.monotonic_ns()}\n".encode())

    tasks._BY_NAME[SUBMIT] = told
    Cluster(workers=2, threads=16, painters=2).run()
    os._exit(0)


def _one(reading: int) -> tuple[float, float]:
    """Put a task in line in a transaction of its own; return the seconds until it was begun.

    The second figure leaves out what the commit took, which waits for the disk.
    """
    from django.db import transaction

    from studio.generation import queue

    subject = uuid4()
    begun = time.monotonic_ns()
    with transaction.atomic():
        queue.ring_submit(subject)
        enqueued = time.monotonic_ns()
    committed = time.monotonic_ns()
    said = os.read(reading, 200).split()
    assert said[0].decode() == str(subject)
    time.sleep(PAUSE)
    whole = int(said[1]) - begun
    return whole / 1e9, (whole - (committed - enqueued)) / 1e9


def _ms(times: list[float], share: float) -> float:
    return round(times[int(share * len(times))] * 1000, 2)


def _idle(cluster: int) -> float:
    """Return the share of a core that the cluster's processes use while there is nothing to do."""
    before = _used(cluster)
    time.sleep(IDLE_SECONDS)
    return (_used(cluster) - before) / IDLE_SECONDS


def _used(cluster: int) -> float:
    """Return the seconds of processor time of a process and its children (Linux)."""
    children = Path(f"/proc/{cluster}/task/{cluster}/children").read_text().split()
    ticks = 0
    for pid in [str(cluster), *children]:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
