"""`python -m studio.sandbox`: a Doitong on this machine until Ctrl-C."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import IO

from studio.sandbox import latency
from studio.sandbox.app import Sandbox, create_app
from studio.sandbox.plans import OPENINGS
from studio.sandbox.server import Server

PAINTERS = 2


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of the command line; ends the program with a sentence where one is wrong."""
    parser = argparse.ArgumentParser(prog="python -m studio.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8001, help="port to listen on, 0 for a free one (8001)")
    parser.add_argument("--data", type=Path, default=Path("var/sandbox"), help="its folder (var/sandbox)")
    parser.add_argument(
        "--latency", type=latency.checked, default="default", help="real, default, instant or seconds"
    )
    parser.add_argument(
        "--fast", action="store_true", help="paint coarsely, so that the sandbox is never the brake"
    )
    parser.add_argument(
        "--ready-made", action="store_true", help="paint nothing: two pictures a size, made once, 350 KB"
    )
    parser.add_argument("--public-url", help="what the addresses of pictures begin with")
    parser.add_argument("--painters", type=int, default=PAINTERS, help=f"painting processes ({PAINTERS})")
    return parser.parse_args(given)


def main() -> None:
    """Serves until it is told to end, then ends all of its threads and processes at once."""
    options = arguments()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    options.data.mkdir(parents=True, exist_ok=True)
    lock = _lock(options.data)
    server = Server(options.host, options.port)
    shown_host = f"[{options.host}]" if ":" in options.host else options.host
    address = f"http://{shown_host}:{server.server_port}"
    app = create_app(
        options.data,
        latency=options.latency,
        fast=options.fast,
        ready_made=options.ready_made,
        base_url=options.public_url or address,
        painters=max(1, options.painters),
    )
    server.app = app
    try:
        _greet(address)
        server.serve_forever(poll_interval=0.1)
    except SystemExit:
        _end(server, app)
        lock.close()
        # A webhook's receiver may still keep a thread waiting; the interpreter would wait with it.
        os._exit(0)


def _greet(address: str) -> None:
    for opening in OPENINGS:
        for key, secret in opening.keys.items():
            signed = secret or "the key itself"
            _say(f"{key:16} {opening.plan:11} {opening.credits:>9,} credits, webhooks signed with {signed}")
    _say(f"its faults and books, for people: {address}/panel")
    _say(f"listening on {address}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _end(server: Server, app: Sandbox) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # it is ending already
    server.closing.set()
    server.server_close()
    app.close()


def _lock(data: Path) -> IO[str]:
    """Keeps a second sandbox away from the folder, where the system can; the lock ends with the process."""
    held = (data / "lock").open("w")
    if sys.platform != "win32":
        import fcntl

        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit(f"Another sandbox uses the folder {data} already; give this one its own with --data.")
    return held


if __name__ == "__main__":
    main()
