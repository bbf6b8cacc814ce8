"""What the gallery costs at a size: every kind of page beside its floors, in processor time.

`--images 10000,100000,1000000` seeds a studio of each size; the default is small, to be short.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.figures import Figure, single, spread

ROOT = Path(__file__).parents[2]
FLOOR = "constant"


def measure(folder: Path, images: int) -> list[Figure]:
    """Seed a studio of that many images in a folder and measure its pages."""
    environment = os.environ | {"STUDIO_DATA": str(folder), "STUDIO_DEMO": "1"}
    for command in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"]):
        _run(["manage.py", *command], environment)
    start = time.monotonic()
    _run(["manage.py", "seed_gallery", str(images)], environment)
    seeded = time.monotonic() - start
    told = json.loads(_run(["-m", "tests.bench.walking"], environment).splitlines()[-1])
    floor = spread(f"{images:,}: {FLOOR}", told.pop(FLOOR), unit="ms CPU")
    pages = [
        spread(f"{images:,}: {name}", values, unit="ms CPU", floor=floor) for name, values in told.items()
    ]
    return [single(f"{images:,}: to seed", seeded, unit="s"), floor, *pages]


def _run(arguments: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout
