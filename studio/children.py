"""The studio's processes: which command runs each of them.

It reads settings and makes values; starting them is the supervisor's.
"""

import sys
from dataclasses import replace
from urllib.parse import urlsplit

from django.conf import settings

from studio import child, env
from studio.child import Child
from studio.doitong.addresses import is_loopback
from studio.generation import heartbeats

PARTS = ("web", "queue", "watcher", "sandbox")
WEB_PROCESSES = 2
PICTURES_MAX_AGE = 31_536_000  # seconds; a rendition never changes under its name
LATENCIES = ("default", "real", "instant")
SLOWEST = 3600  # seconds
FEW_ARENAS = {"MALLOC_ARENA_MAX": "2"}  # or glibc keeps a heap for each of many threads; else of no effect


def uses_own_sandbox() -> bool:
    """Tell whether the provider's address is that of the sandbox that the studio starts itself."""
    address = urlsplit(settings.DOITONG_URL)
    plain = address.scheme == "http" and not (address.path or address.query)
    here = is_loopback(sandbox_host()) and ":" not in sandbox_host()  # it listens at IPv4 only
    return plain and here and address.port == settings.SANDBOX_PORT


def sandbox_host() -> str:
    """Return the name or address of this machine by which the studio asks its own sandbox."""
    return urlsplit(settings.DOITONG_URL).hostname or ""


def latency() -> str:
    """Return how long the sandbox takes for an image: a word of LATENCIES, or seconds.

    Raises SettingError for anything else.
    """
    value = env.text("SANDBOX_LATENCY", "default")
    if value in LATENCIES:
        return value
    try:
        return f"{env.number('SANDBOX_LATENCY', 0, most=SLOWEST):g}"
    except env.SettingError:
        words = f"{', '.join(LATENCIES)}, or seconds from 0 to {SLOWEST}"
        raise env.SettingError(f"SANDBOX_LATENCY is “{value}”. Set it to {words}.") from None


def web() -> Child:
    """The web server. It buffers slow clients itself and serves renditions from their folder.

    Two thirds of its threads may wait with a question for news; the others are always free.
    """
    child = _python(
        "The web server",
        *("-m", "studio.granian", "--interface", "wsgi", "--no-ws", "--log-level", "error"),
        *("--host", settings.BIND, "--port", str(settings.PORT)),
        *("--workers", str(WEB_PROCESSES), "--blocking-threads", str(settings.WEB_THREADS)),
        *("--respawn-failed-workers", "--workers-kill-timeout", "5"),
        *("--static-path-route", "/pictures", "--static-path-mount", str(settings.PICTURES)),
        *("--static-path-expires", str(PICTURES_MAX_AGE)),
        "studio.wsgi:application",
    )
    held = {"STUDIO_HELD": str(settings.WEB_THREADS * 2 // 3)}
    return replace(child, environment={**child.environment, **held})


def queue() -> Child:
    """The task cluster, which sends jobs and saves pictures."""
    return replace(manage("The queue", "work"), beat=heartbeats.beat_file(heartbeats.QUEUE))


def watcher() -> Child:
    """The watcher, which asks the provider about jobs in flight."""
    return replace(manage("The watcher", "watch"), beat=heartbeats.beat_file(heartbeats.WATCHER))


def sandbox() -> Child:
    """A Doitong of our own, on this machine only; it is the last one to end.

    An instant one paints coarsely too: it is there for tests. Raises SettingError as `latency` does.
    """
    pace = latency()
    child = _python(
        "The sandbox",
        *("-m", "studio.sandbox", "--host", sandbox_host(), "--port", str(settings.SANDBOX_PORT)),
        *("--data", str(settings.DATA / "sandbox"), "--latency", pace),
        *(["--fast"] if pace == "instant" else []),
        *(["--ready-made"] if env.flag("SANDBOX_READY_MADE", default=False) else []),
    )
    return replace(child, last=True)


def manage(name: str, *words: str, once: bool = False) -> Child:
    """Return a child that runs a management command."""
    return _python(name, "manage.py", *words, once=once)


def _python(name: str, *words: str, once: bool = False) -> Child:
    environment = {"DJANGO_SETTINGS_MODULE": "studio.settings", "PYTHONUNBUFFERED": "1", **FEW_ARENAS}
    return Child(
        name=name,
        command=[sys.executable, *words],
        environment=environment,
        once=once,
        longest_wait=child.LONGEST_WAIT,
    )
