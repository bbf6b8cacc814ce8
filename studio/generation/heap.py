"""Give memory back to the system that imports or a burst of pictures took: glibc keeps it else.

Touches the C library, where it has such a call, what is to be shared by processes, and how much SQLite keeps.
"""

import contextlib
import ctypes
import gc
from functools import cache
from typing import Any

from django.db.backends.signals import connection_created
from django.template import engines

SQLITE_CACHE = 1000  # KB of pages that a connection keeps; what touches a row here and there needs few


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


def keep_small() -> None:
    """Have connections that are opened from now on keep few pages of SQLite's: there is one a thread."""
    connection_created.connect(_keep_small, dispatch_uid="studio.generation.heap")


def _keep_small(connection: Any, **named: object) -> None:
    if connection.vendor == "sqlite":
        connection.connection.execute(f"PRAGMA cache_size=-{SQLITE_CACHE}")
