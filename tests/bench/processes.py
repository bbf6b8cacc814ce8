"""How much processor time a studio's processes have used, read from /proc (Linux only)."""

import os
from pathlib import Path

from tests.house import House, left_behind

TICK = 1000 / os.sysconf("SC_CLK_TCK")  # milliseconds
USER, SYSTEM = 11, 12  # fields of /proc/ID/stat, counted after the command's name


def cpu_ms(house: House, *words: str) -> float:
    """Return the milliseconds used so far by those processes whose command holds one of the words."""
    used = 0.0
    for line in left_behind(house.data):
        number, _, command = line.partition(" ")
        if any(word in command for word in words):
            used += _used(number)
    return used


def _used(number: str) -> float:
    try:
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(") ")[2].split()
    except OSError:  # ended meanwhile
        return 0.0
    return (int(fields[USER]) + int(fields[SYSTEM])) * TICK
