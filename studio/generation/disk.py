"""Room on the disk for what is paid for: below the reserve nothing new is sent (OPS-03, DL-10, G13)."""

import logging
import shutil
import time

from django.conf import settings

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0  # seconds
SAY_EVERY = 60.0
MEGABYTE = 1_000_000

_seen: dict[str, float] = {}


def free() -> int:
    """Return the bytes that the folder of originals may still take."""
    folder = next(path for path in (settings.ORIGINALS, *settings.ORIGINALS.parents) if path.exists())
    return shutil.disk_usage(folder).free


def is_short() -> bool:
    """Tell whether the disk has less room than the reserve."""
    return free() < settings.DISK_RESERVE


def short() -> str:
    """Return a sentence for a person while the disk is short, else nothing; it is looked at every 2 s.

    The first of each minute is written to the log too.
    """
    now = time.monotonic()
    if now - _seen.get("looked", -LOOK_EVERY) >= LOOK_EVERY:
        _seen.update(looked=now, free=free())
    if _seen["free"] >= settings.DISK_RESERVE:
        return ""
    sentence = (
        f"Only {_seen['free'] // MEGABYTE:.0f} MB are free where pictures are kept, and nothing new is sent "
        f"below {settings.DISK_RESERVE // MEGABYTE} MB. What waits goes on by itself once there is room."
    )
    if now - _seen.get("said", -SAY_EVERY) >= SAY_EVERY:
        _seen["said"] = now
        log.warning("%s", sentence)
    return sentence


def forget() -> None:
    """Look anew at the next question."""
    _seen.clear()
