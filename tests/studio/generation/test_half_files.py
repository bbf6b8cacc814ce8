"""A disk that fails at any step of keeping a picture: nothing half is shown or bought again (DL-08)."""

import errno
import os
from collections.abc import Callable
from typing import NoReturn

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from studio.accounts.models import Member
from studio.generation import originals, sweep
from studio.generation.models import Image, Job
from tests.studio.generation.world import World, spent, start, states

STEPS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "its mode": lambda patch: patch.setattr(os, "fchmod", failing),
    "synced": lambda patch: patch.setattr(os, "fsync", failing),
    "put in its place": lambda patch: patch.setattr(originals, "keep", failing),
    "a folder to fetch it into": lambda patch: patch.setattr(originals, "arriving", failing),
}


def failing(*_: object, **__: object) -> NoReturn:
    raise OSError(errno.EIO, "Input/output error")


@pytest.mark.parametrize("step", STEPS)
def test_dl_08_ops_04_what_the_disk_did_not_take_is_not_acknowledged(
    step: str, world: World, designer: Member, settings: Settings
) -> None:
    run = start(designer)
    with pytest.MonkeyPatch.context() as patch:
        STEPS[step](patch)
        world.finish()
    assert (states(run), Image.objects.count()) == (["saving"], 0)
    assert [path for path in settings.ORIGINALS.rglob("*") if path.is_file()] == []
    Job.objects.update(lease_until=None)
    sweep.sweep(timezone.now())
    world.finish()
    assert (states(run), world.submissions(), spent(designer)) == (["done"], 1, world.charged())
    assert originals.read(Image.objects.get().original)
