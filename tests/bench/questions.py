"""`python -m tests.bench.questions`: what it costs to ask about ten thousand jobs in flight (B8).

In one process, as the watcher does it, before a provider in another process that answers at once that
all are still processing. It prints each round's seconds, the processor time of this process, its memory.
"""

import argparse
import json
import multiprocessing
import os
import re
import resource
import sys
import tempfile
import time
import uuid
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ID = re.compile(r'(\w+): ?generation\(id: ?"?([\w$-]+)"?\)')


class Stub(BaseHTTPRequestHandler):
    """A provider to whom every job is still processing."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65_536

    def do_POST(self) -> None:
        """Answer each alias of the question."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = asked.get("variables") or {}
        data = {
            alias: {"id": known.get(name.lstrip("$"), name), "status": "processing", "url": None}
            for alias, name in ID.findall(asked["query"])
        }
        body = json.dumps({"data": data}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Keep silent."""


def serve(port: "multiprocessing.Queue[int]") -> None:
    """Serve the stub on a free port until the process is ended."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    port.put(server.server_port)
    server.serve_forever()


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.questions", description=__doc__)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    port: multiprocessing.Queue[int] = multiprocessing.Queue()
    provider = multiprocessing.Process(target=serve, args=(port,), daemon=True)
    provider.start()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"STUDIO_DATA": folder, "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "studio.settings"}
        os.environ["DOITONG_URL"] = f"http://127.0.0.1:{port.get(timeout=30)}"
        try:
            measure(options.jobs, options.rounds)
        finally:
            provider.terminate()
    return 0


def measure(jobs: int, rounds: int) -> None:
    """Ask about so many jobs again and again; print each round."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from studio.generation import agenda, looking

    call_command("migrate", verbosity=0, interactive=False)
    key = prepare(jobs)
    for number in range(rounds):
        start, used = time.perf_counter(), time.process_time()
        due = agenda.keys_due(timezone.now())
        planned = time.perf_counter() - start
        news = looking.look(key) if due else 0
        took, cpu = time.perf_counter() - start, time.process_time() - used
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"round {number + 1}: {took:.2f} s, {cpu:.2f} s of processor, planned in {1000 * planned:.0f} ms,"
            f" {news} news, {memory} MB at most"
        )
        time.sleep(max(0.0, 2.0 - took))


def prepare(jobs: int) -> Any:
    """Write a member, a key without limits and their running jobs; return the key."""
    from django.utils import timezone

    from studio.accounts.models import Key, Member
    from studio.accounts.sealing import keyring
    from studio.accounts.vault import place_of
    from studio.doitong import Secret
    from studio.generation.models import Experiment, Job, Run
    from studio.generation.states import State

    member = Member.objects.create_user(email="one@studio.example", name="One")
    key = Key(member=member, plan="enterprise", fingerprint=uuid.uuid4().hex, last4="0000")
    key.sealed = keyring().seal(Secret("sbx_enterprise_of_the_bench"), place_of(key))
    key.save(force_insert=True)
    run = Run.objects.create(
        experiment=Experiment.objects.create(member=member, title="Dunes"), member=member, key=key,
        token=uuid.uuid4().hex, template="a dune", width=512, height=512, each=1,
    )  # fmt: skip
    now = timezone.now()
    rows = (
        Job(run=run, member=member, key=key, position=number, variation=number, prompt="a dune at dusk" * 20,
            width=512, height=512, quality="draft", state=State.PROCESSING, remote_id=f"job{number:08}",
            sent_at=now - timedelta(seconds=number / 200), answered_at=now, created_at=now)
        for number in range(jobs)
    )  # fmt: skip
    Job.objects.bulk_create(rows, batch_size=1_000)
    return key


if __name__ == "__main__":
    sys.exit(main())
