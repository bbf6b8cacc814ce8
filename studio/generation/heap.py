"""Give memory back to the system that imports or a burst of pictures took: glibc keeps it else.

Touches the C library alone; where it has no such call, nothing happens.
"""

import contextlib
import ctypes
import gc
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


def share() -> None:
    """Prepare for forks: what was loaded stays shared with the children, and what it took besides is free."""
    gc.collect()
    gc.freeze()
    give_back()
