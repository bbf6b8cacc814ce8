"""Give memory back to the system that imports or a burst of pictures took: glibc keeps it else.

Touches the C library, where it has such a call, and what is to be shared by processes.
"""

import contextlib
import ctypes
import gc
from functools import cache

from django.template import engines


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
    """Prepare for forks: what was loaded stays shared with the children, and what it took besides is free.

    What each of them would make for itself is made before: of the templates' engine that is 5 MB.
    """
    engines.all()
    gc.collect()
    gc.freeze()
    give_back()
