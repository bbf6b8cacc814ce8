"""Give memory back to the system that a burst of pictures took: glibc keeps it else, in every process.

Touches the C library alone; where it has no such call, nothing happens.
"""

import contextlib
import ctypes
from functools import cache


@cache
def _trim() -> "ctypes._NamedFuncPointer | None":
    with contextlib.suppress(AttributeError, OSError):
        return ctypes.CDLL(None).malloc_trim
    return None


def give_back() -> None:
    """Give back what is free; some tenths of a millisecond, for when there is nothing else to do."""
    trim = _trim()
    if trim is not None:
        trim(0)
