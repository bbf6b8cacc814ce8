"""An app that writes down what the studio's processes do between a press and its picture.

Each line of the file TRACE_FILE is one thing that was done: when it began (monotonic), how long it took,
the processor time of its thread, by which process and thread. Put into the studio by `tests.bench.traced`.
"""

import importlib
import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, override

from django.apps import AppConfig
from django.core.handlers.wsgi import WSGIHandler
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

SPANS = (
    "studio.generation.forms.ComposerForm.full_clean",
    "studio.generation.explore.refusal",
    "studio.generation.runs.start",
    "studio.generation.explore.keep_draft",
    "studio.generation.views._started",
    "studio.generation.explore.started",
    "studio.bells._ring",
    "studio.generation.broker.Database._claim",
    "studio.generation.worker.Worker._do",
    "studio.generation.submission._claim",
    "studio.doitong.client.Client.generate",
    "studio.doitong.client.Client.download",
    "studio.generation.submission._accepted",
    "studio.generation.painter.begin",
    "studio.generation.pictures.verify",
    "studio.generation.pictures.draw",
    "studio.generation.originals.keep",
    "studio.generation.saving._done",
    "studio.generation.rendering.finish",
    "studio.generation.rendering._drawn",
    "studio.generation.newsroom.Newsroom.ask",
    "studio.generation.news.page_news",
    "studio.generation.news._told",
    "django.template.base.Template.render",
)


class Traced(AppConfig):
    """Wraps what is worth knowing, once all of the studio is loaded."""

    name = "tests.bench.tracing"
    label = "tracing"

    @override
    def ready(self) -> None:
        _keep_our_settings()
        for path in SPANS:
            _wrap(*_found(path), path.removeprefix("studio.").removeprefix("generation."))
        _wrap(BaseDatabaseWrapper, "_commit", "COMMIT")
        _wrap(WSGIHandler, "__call__", "request", lambda args: str(args[1]["PATH_INFO"]))
        for name in ("execute", "executemany"):
            _wrap(CursorWrapper, name, "sql", lambda args: str(args[1])[:400])
        _wrap(os, "fsync", "fsync")


def _wrap(
    owner: Any, name: str, called: str, told: Callable[[tuple[Any, ...]], str] = lambda args: ""
) -> None:
    genuine = getattr(owner, name)

    @wraps(genuine)
    def traced(*args: Any, **named: Any) -> Any:
        begun, used = time.monotonic(), time.thread_time()
        try:
            return genuine(*args, **named)
        finally:
            _write(begun, time.monotonic() - begun, time.thread_time() - used, called, told(args))

    setattr(owner, name, traced)


def _write(begun: float, wall: float, cpu: float, called: str, detail: str) -> None:
    line = [begun, 1000 * wall, 1000 * cpu, os.getpid(), threading.get_ident(), called, detail]
    with open(os.environ["TRACE_FILE"], "ab", buffering=0) as file:  # noqa: PTH123 - opened often
        file.write(json.dumps(line).encode() + b"\n")


def _found(path: str) -> tuple[Any, str]:
    """Return the module or class that a dotted path's last name belongs to, and that name."""
    parts = path.split(".")
    for split in range(len(parts) - 1, 0, -1):
        try:
            owner: Any = importlib.import_module(".".join(parts[:split]))
        except ModuleNotFoundError:
            continue
        for part in parts[split:-1]:
            owner = getattr(owner, part)
        return owner, parts[-1]
    raise LookupError(path)


def _keep_our_settings() -> None:
    """Have the supervisor's children run with these settings too."""
    children, name = _found("studio.children._python")
    genuine = getattr(children, name)
    ours = {"DJANGO_SETTINGS_MODULE": "tests.bench.traced"}

    @wraps(genuine)
    def python(*args: Any, **named: Any) -> Any:
        child = genuine(*args, **named)
        return replace(child, environment={**child.environment, **ours})

    setattr(children, name, python)
