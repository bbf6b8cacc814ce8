"""A painting process: reads commissions from stdin, a JSON line each, writes "done" lines to stdout.

Started by `easel`, never by hand.  It must not outlive its parent: the kernel is
asked to kill it then (Linux), and the end of stdin ends it everywhere.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from dataclasses import replace
from pathlib import Path

from studio.sandbox.painter import Commission, paint
from studio.sandbox.shelf import put

PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


def die_with(parent: int) -> None:
    """Asks the kernel to kill this process when its parent ends; Linux only."""
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the kernel was asked
        os._exit(1)


def paint_to(place: Path, wanted: Commission) -> None:
    """Paints into a file; a picture that cannot be painted becomes a sketch, so that the job ends."""
    try:
        jpeg = paint(wanted)
    except Exception:  # noqa: BLE001 - the art is fed with anybody's words
        traceback.print_exc(file=sys.stderr)
        jpeg = paint(replace(wanted, fast=True))
    put(place, jpeg)


def main() -> None:
    """The loop: one line in, one picture, one line out."""
    die_with(int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    if hasattr(os, "nice"):
        os.nice(int(sys.argv[2]))
    for line in sys.stdin:
        asked = json.loads(line)
        paint_to(Path(asked.pop("place")), Commission(**asked))
        sys.stdout.write("done\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
