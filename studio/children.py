"""The studio's processes: which command runs each of them.

It reads settings and makes values; starting them is the supervisor's.
"""

import sys

from django.conf import settings

from studio import env
from studio.child import Child

WEB_PROCESSES = 2
THREADS_EACH = 8  # a few may be held by pages that wait for news
PICTURES_MAX_AGE = 31_536_000  # seconds; a rendition never changes under its name


def uses_own_sandbox() -> bool:
    """Tell whether the provider's address is that of the sandbox that the studio starts itself."""
    return bool(f"http://127.0.0.1:{settings.SANDBOX_PORT}" == settings.DOITONG_URL)


def web() -> Child:
    """The web server. It buffers slow clients itself and serves renditions from their folder."""
    return _python(
        "The web server",
        *("-m", "granian", "--interface", "wsgi", "--no-ws", "--log-level", "error"),
        *("--host", settings.BIND, "--port", str(settings.PORT)),
        *("--workers", str(WEB_PROCESSES), "--blocking-threads", str(THREADS_EACH)),
        *("--respawn-failed-workers", "--workers-kill-timeout", "5"),
        *("--static-path-route", "/pictures", "--static-path-mount", str(settings.PICTURES)),
        *("--static-path-expires", str(PICTURES_MAX_AGE)),
        "studio.wsgi:application",
    )


def queue() -> Child:
    """The task cluster, which sends jobs and saves pictures."""
    return manage("The queue", "qcluster")


def watcher() -> Child:
    """The watcher, which asks the provider about jobs in flight."""
    return manage("The watcher", "watch")


def sandbox() -> Child:
    """A Doitong of our own, on this machine only.

    An instant one paints coarsely too: it is there for tests. Raises SettingError for an impossible latency.
    """
    latency = env.text("SANDBOX_LATENCY", "default")
    if latency not in {"default", "real", "instant"}:
        env.number("SANDBOX_LATENCY", 0, most=3600)
    return _python(
        "The sandbox",
        *("-m", "studio.sandbox", "--port", str(settings.SANDBOX_PORT)),
        *("--data", str(settings.DATA / "sandbox"), "--latency", latency),
        *(["--fast"] if latency == "instant" else []),
    )


def manage(name: str, *words: str, once: bool = False) -> Child:
    """Return a child that runs a management command."""
    return _python(name, "manage.py", *words, once=once)


def _python(name: str, *words: str, once: bool = False) -> Child:
    environment = {"DJANGO_SETTINGS_MODULE": "studio.settings", "PYTHONUNBUFFERED": "1"}
    return Child(name=name, command=[sys.executable, *words], environment=environment, once=once)
