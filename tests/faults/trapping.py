"""An app that springs traps: at a step that the test has armed, something is killed, once.

A trap is a file in the folder FAULTS_FOLDER, named after its step, with the victim's name in it.
Whoever renames it springs it, so that one process does, once. What was sprung is kept as a record.
"""

import importlib
import os
import threading
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any, override

from django.apps import AppConfig

from tests.faults.steps import KNOBS, STEPS, Step
from tests.faults.victims import VICTIMS

_doing = threading.local()  # what this thread asks of the provider now: generate, download


class Traps(AppConfig):
    """Lays a trap at every step, once all of the studio is loaded."""

    name = "tests.faults"
    label = "faults"

    @override
    def ready(self) -> None:
        _turn_knobs()
        _keep_our_settings()
        _mark_requests()
        for step in STEPS:
            if not step.at.startswith("stream."):
                _lay(step)


def spring(step: str) -> None:
    """Kill the victim, if this step's trap is armed."""
    armed = folder() / step
    if not armed.exists():
        return
    sprung = folder() / "sprung" / f"{step}.{uuid.uuid4().hex}"
    try:
        victim = armed.read_text()
        armed.rename(sprung)
    except FileNotFoundError:
        return  # somebody else was first
    sprung.write_text(f"{victim} {os.getpid()}")
    VICTIMS[victim]()


def folder() -> Path:
    """Return where the traps lie."""
    return Path(os.environ["FAULTS_FOLDER"])


def _lay(step: Step) -> None:
    owner, name = _found(step.at)
    if owner is None:
        return
    genuine = getattr(owner, name)

    @wraps(genuine)
    def trapped(*args: Any, **named: Any) -> Any:
        if step.side == "before":
            spring(step.name)
        answer = genuine(*args, **named)
        if step.side == "after" and _fits(step, args, answer):
            spring(step.name)
        return answer

    setattr(owner, name, trapped)


def _fits(step: Step, args: tuple[Any, ...], answer: Any) -> bool:
    """Say whether what was done is the step: some functions return nothing, and are done all the same."""
    if step.at.endswith("Job.move"):
        return bool(answer) and str(args[1]) == step.to
    if step.to:
        return bool(answer) and str(args[0].state) == step.to
    return not step.at.endswith("_claim") or answer is not None


def _found(path: str) -> tuple[Any, str]:
    """Return the module or class that a dotted path's last name belongs to; None where it is not there."""
    parts = path.split(".")
    owner: Any = None
    for split in range(len(parts) - 1, 0, -1):
        try:
            owner = importlib.import_module(".".join(parts[:split]))
        except ModuleNotFoundError:
            continue
        for part in parts[split:-1]:
            owner = getattr(owner, part, None)
        break
    return (owner, parts[-1]) if hasattr(owner, parts[-1]) else (None, parts[-1])


def _turn_knobs() -> None:
    for path, seconds in KNOBS.items():
        owner, name = _found(path)
        if owner is not None:
            usual = getattr(owner, name)
            setattr(owner, name, timedelta(seconds=seconds) if isinstance(usual, timedelta) else seconds)


def _keep_our_settings() -> None:
    """Have the supervisor's children run with these settings too."""
    children, name = _found("studio.children._python")
    genuine = getattr(children, name)
    ours = {"DJANGO_SETTINGS_MODULE": "tests.faults.settings"}

    @wraps(genuine)
    def python(*args: Any, **named: Any) -> Any:
        child = genuine(*args, **named)
        return replace(child, environment={**child.environment, **ours})

    setattr(children, name, python)


def _mark_requests() -> None:
    """Know by the thread what a byte on the wire belongs to, and spring the traps of the wire."""
    client = importlib.import_module("studio.doitong.client").Client
    for doing in ("generate", "download"):
        setattr(client, doing, _marked(getattr(client, doing), doing))
    stream = importlib.import_module("studio.doitong.transport")._BoundedStream
    for way in ("read", "write"):
        setattr(stream, way, _wired(getattr(stream, way), way))


def _marked(genuine: Callable[..., Any], doing: str) -> Callable[..., Any]:
    @wraps(genuine)
    def marked(*args: Any, **named: Any) -> Any:
        _doing.now = doing
        try:
            return genuine(*args, **named)
        finally:
            _doing.now = ""

    return marked


def _wired(genuine: Callable[..., Any], way: str) -> Callable[..., Any]:
    steps = {step.at: step.name for step in STEPS if step.at.startswith("stream.")}

    @wraps(genuine)
    def wired(*args: Any, **named: Any) -> Any:
        with suppress(KeyError):
            spring(steps[f"stream.{way}.{getattr(_doing, 'now', '')}"])
        return genuine(*args, **named)

    return wired
