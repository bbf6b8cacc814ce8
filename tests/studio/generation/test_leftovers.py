"""Files that no image has: a worker's that died is removed, a fresh one and an image's own never."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from studio.accounts import keys
from studio.accounts.models import Key, Member
from studio.accounts.sealing import SealingError
from studio.generation import leftovers, originals, rendering, saving, sweep
from studio.generation.models import Image, Job
from tests.studio.generation.conftest import Hand
from tests.studio.generation.world import World, only_job, start, states

pytestmark = pytest.mark.usefixtures("data_dir")


def files(settings: Settings) -> set[Path]:
    return {
        path
        for folder in (settings.ORIGINALS, settings.PICTURES)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def later() -> datetime:
    """Return a moment at which all that was made in the test is older than an hour."""
    return timezone.now() + timedelta(hours=1, minutes=1)


def test_dl_08_what_no_image_has_is_removed_after_an_hour_and_what_was_paid_for_after_a_month(
    world: World, designer: Member, settings: Settings, later: datetime
) -> None:
    start(designer, "a {red|blue} dune")
    world.finish()
    lost, kept = Image.objects.order_by("pk")
    whole = files(settings)
    incoming = settings.ORIGINALS / f"{originals.INCOMING}abc"
    incoming.mkdir()
    (incoming / "original").write_bytes(b"a part")
    lost.delete()
    assert leftovers.clear(timezone.now()) == 0
    assert leftovers.clear(later) == 2
    assert (settings.ORIGINALS / lost.original).exists()
    assert leftovers.clear(later + timedelta(days=30)) == 1
    assert not incoming.exists()
    left = files(settings)
    assert left == {path for path in whole if kept.token in path.parts or path.name in kept.original}
    assert len(left) == 4
    assert leftovers.clear(later) == 0


def test_a_folder_that_is_not_there_has_nothing_to_remove(
    db: None, settings: Settings, later: datetime
) -> None:
    shutil.rmtree(settings.PICTURES)
    assert leftovers.clear(later) == 0


def test_an_image_whose_renditions_find_no_place_is_shown_and_gets_them_later(
    world: World, designer: Member, settings: Settings, data_dir: Path, hand: Hand
) -> None:
    run = start(designer)
    blocked = data_dir / "blocked"
    blocked.write_text("no folder can be made here")
    settings.PICTURES, free = blocked, settings.PICTURES
    world.finish()
    assert states(run) == ["done"]
    image = Image.objects.get()
    assert image.rendered_at is None
    assert originals.read(image.original)
    for _ in range(2 * rendering.MOST_TRIES):  # the disk is to blame: it is never given up
        hand.move(rendering.WITHIN.total_seconds() + 1)
        sweep.sweep(hand())
        world.listen()
    settings.PICTURES = free
    hand.move(rendering.WITHIN.total_seconds() + 1)
    sweep.sweep(hand())
    world.listen()
    image.refresh_from_db()
    assert image.rendered_at
    assert sorted(path.name for path in (free / image.token).iterdir()) == [
        "128.webp",
        "256.webp",
        "512.webp",
    ]


def test_a_key_that_cannot_be_opened_is_waited_for_and_no_try_is_counted(
    world: World, designer: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_opened(key: Key) -> NoReturn:
        raise SealingError("the keyring does not open this")

    run = start(designer)
    world.listen()
    assert world.look() == 1
    monkeypatch.setattr(keys, "secret_of", not_opened)
    for _ in range(5):
        world.listen()
        Job.objects.filter(run=run).update(lease_until=None)
        sweep.sweep(timezone.now())
    assert (states(run), only_job(run).saves) == (["saving"], 0)
    monkeypatch.undo()
    world.finish()
    assert (states(run), world.submissions()) == (["done"], 1)


def test_a_picture_is_fetched_well_within_the_time_of_a_task(settings: Settings) -> None:
    assert settings.Q_CLUSTER["timeout"] >= saving.MOST_SECONDS + 15
