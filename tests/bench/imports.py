"""How many pictures a second are taken in: checked, stored, drawn small, with their rows.

`python -m tests.bench.imports [--peers FOLDER] [N]`: the studio's own code, from the bytes on, by two
processes; beside it decoding alone, Pillow's `thumbnail()` three times with WebP as it comes, and
InvokeAI's upload where it is there. The renditions' likeness and size are looked at in the same run.
"""

import argparse
import io
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast
from uuid import UUID

from PIL import Image

from studio.doitong import Client, Secret
from tests.bench.figures import Figure, single, table
from tests.bench.likeness import photograph, ssim
from tests.bench.peers.invoke import invoke

PROCESSES = 2
SIDES = (512, 256, 128)
NAIVE_QUALITY = 80


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.imports", description=__doc__)
    parser.add_argument("--peers", type=Path, help="a folder with InvokeAI's environment, `inv`")
    parser.add_argument("number", nargs="?", type=int, default=60, help="pictures for each process (60)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="studio-bench-") as folder:
        print(table(measure(Path(folder), options.number, options.peers)))


def measure(folder: Path, number: int, peers: Path | None) -> list[Figure]:
    """Return the figures, everybody's on the same photograph."""
    jpeg = photograph()
    decoding = pace("decoding alone, drafted", number, lambda turn: _drafted(jpeg))
    naive = pace("Pillow's thumbnail() three times, WebP", number // 4, lambda turn: _naive(jpeg))
    figures = [*decoding, *naive, *_ours(folder, number, jpeg, floor=decoding[1])]
    upload = [*_invoke(folder, number // 4, jpeg, peers)] if peers else []
    return [*figures, *upload, *_likeness(folder, jpeg)]


def pace(name: str, number: int, do: Callable[[int], object], floor: Figure | None = None) -> list[Figure]:
    """Have two processes do it so many times each: pictures a second, and what one cost."""
    begun = time.monotonic()
    pids = [_forked(do, number, process) for process in range(PROCESSES)]
    used = 0.0
    for pid in pids:
        _, status, spent = os.wait4(pid, 0)
        assert status == 0, f"{name}: failed"
        used += spent.ru_utime + spent.ru_stime
    took, pictures = time.monotonic() - begun, PROCESSES * number
    return [
        single(name, pictures / took, unit="pictures/s"),
        single(f"{name}, each", 1000 * used / pictures, unit="ms CPU", floor=floor),
    ]


def _forked(do: Callable[[int], object], number: int, process: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        for turn in range(number):
            do(process * number + turn)
        code = 0
    finally:
        os._exit(code)


def _drafted(jpeg: bytes) -> None:
    image = Image.open(io.BytesIO(jpeg))
    image.draft("RGB", (SIDES[0], SIDES[0]))
    image.load()


def _naive(jpeg: bytes) -> list[bytes]:
    made = []
    for side in SIDES:
        image, buffer = Image.open(io.BytesIO(jpeg)), io.BytesIO()
        image.thumbnail((side, side))
        image.save(buffer, "WEBP", quality=NAIVE_QUALITY)
        made.append(buffer.getvalue())
    return made


def _ours(folder: Path, number: int, jpeg: bytes, floor: Figure) -> list[Figure]:
    """Take pictures in as a worker does when their download has ended."""
    os.environ |= {"STUDIO_DATA": str(folder / "data"), "DJANGO_SETTINGS_MODULE": "studio.settings"}
    os.environ |= {"DATABASE_URL": "", "REDIS_URL": "", "STUDIO_LOG_LEVEL": "ERROR"}
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from studio.accounts import keys, provider
    from studio.generation import rendering, saving
    from studio.generation.models import Image as Kept

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    jobs = _jobs(2 * PROCESSES * number)
    keys.secret_of = lambda key: Secret("sbx_bench")
    provider._factories.append(lambda secret: cast(Client, _Given(jpeg)))
    connections.close_all()
    whole = pace("studio, whole import", number, lambda turn: saving.save(jobs[turn]), floor)
    rendering.finish = lambda image, painting: None
    later = PROCESSES * number
    shown = pace("studio, until it is shown", number, lambda turn: saving.save(jobs[later + turn]), floor)
    assert Kept.objects.count() == len(jobs)
    return [*shown, *whole, *_verifying(folder, number, jpeg, floor)]


@dataclass(frozen=True, slots=True)
class _Given:
    """A provider whose picture is here already."""

    jpeg: bytes

    def download(self, url: str, into: BinaryIO, **limits: float) -> None:
        """Give the picture."""
        into.write(self.jpeg)


def _verifying(folder: Path, number: int, jpeg: bytes, floor: Figure) -> list[Figure]:
    """Check pictures alone: no row, no rename."""
    from studio.generation import pictures

    fetched = folder / "fetched"
    fetched.write_bytes(jpeg)
    return pace(
        "studio, checking alone",
        number,
        lambda turn: pictures.verify(fetched, folder / f"clean-{turn}"),
        floor,
    )


def _jobs(number: int) -> list[UUID]:
    """Make jobs whose pictures are to be fetched."""
    from django.utils import timezone

    from studio.generation.states import State
    from tests.studio.generation.rows import a_job, a_key, a_member, a_run

    run = a_run(a_member(), a_key())
    now = timezone.now()
    return [
        a_job(run, State.SAVING, remote_id=f"job_{turn}", sent_at=now, completed_at=now, cost=1).pk
        for turn in range(number)
    ]


def _invoke(folder: Path, number: int, jpeg: bytes, peers: Path) -> list[Figure]:
    with invoke(peers, folder) as upload:
        if upload is None:
            return []
        upload(jpeg)
        begun = time.monotonic()
        with ThreadPoolExecutor(PROCESSES) as pool:
            list(pool.map(upload, [jpeg] * number))
        return [single("InvokeAI's upload", number / (time.monotonic() - begun), unit="pictures/s")]


def _likeness(folder: Path, jpeg: bytes) -> list[Figure]:
    """Compare the renditions with a Lanczos reference, and their bytes with WebP's default."""
    from studio.generation import pictures

    (folder / "one").write_bytes(jpeg)
    pictures.draw(pictures.verify(folder / "one", folder / "one-clean").small, folder / "small")
    whole = Image.open(io.BytesIO(jpeg)).convert("RGB")
    figures = []
    for side, plain in zip(SIDES, _naive(jpeg), strict=True):
        reference = whole.resize((side, side), Image.Resampling.LANCZOS)
        ours = (folder / "small" / f"{side}.webp").read_bytes()
        alike = [ssim(reference, Image.open(io.BytesIO(data))) for data in (ours, plain)]
        figures += [
            single(
                f"{side}: likeness lost beside thumbnail()", 1000 * (alike[1] - alike[0]), unit="SSIM/1000"
            ),
            single(f"{side}: bytes beside WebP's default", len(ours) / len(plain), unit="times"),
        ]
    return figures


if __name__ == "__main__":
    main()
