"""Who sees an image, said twice or by two at once: one of them does it, and its files are there (PERM-03)."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from gallery import visibility
from studio.accounts.models import Member
from studio.generation.models import Image, Visibility
from tests.gallery import factories

pytestmark = pytest.mark.django_db
copytree = shutil.copytree


def drawn(member: Member, pictures: Path) -> Image:
    """Return an image of theirs with two renditions."""
    image = factories.image(member)
    folder = pictures / image.token
    folder.mkdir(parents=True, exist_ok=True)
    for size in (128, 256):
        (folder / f"{size}.webp").write_bytes(b"a rendition")
    return Image.objects.get(pk=image.pk)


def named(pictures: Path) -> list[str]:
    return [folder.name for folder in pictures.iterdir()]


def test_going_private_gives_the_renditions_another_name(ada: Member, settings: Settings) -> None:
    image = drawn(ada, settings.PICTURES)
    former = image.token
    visibility.show(image, Visibility.PRIVATE)
    assert image.token != former
    assert named(settings.PICTURES) == [image.token]


def test_who_says_it_after_another_changes_nothing(ada: Member, settings: Settings) -> None:
    image = drawn(ada, settings.PICTURES)
    late = Image.objects.get(pk=image.pk)
    visibility.show(image, Visibility.PRIVATE)
    visibility.show(late, Visibility.PRIVATE)
    assert (late.visibility, late.token) == (Visibility.PRIVATE, image.token)
    assert named(settings.PICTURES) == [image.token]


@pytest.mark.parametrize("before", [True, False], ids=["before the copy", "after it"])
def test_another_who_is_quicker_leaves_no_copy_behind(
    before: bool, ada: Member, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = drawn(ada, settings.PICTURES)
    rival = Image.objects.get(pk=image.pk)

    def overtaken(*folders: Any) -> None:
        monkeypatch.setattr(shutil, "copytree", copytree)
        for act in (rival_first, copied) if before else (copied, rival_first):
            act(*folders)

    def rival_first(*_folders: Any) -> None:
        visibility.show(rival, Visibility.PRIVATE)

    def copied(*folders: Any) -> None:
        copytree(*folders)

    monkeypatch.setattr(shutil, "copytree", overtaken)
    visibility.show(image, Visibility.PRIVATE)
    assert (image.visibility, image.token) == (Visibility.PRIVATE, rival.token)
    assert named(settings.PICTURES) == [rival.token]


def test_a_full_disk_changes_nothing_and_is_told(
    ada: Member, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = drawn(ada, settings.PICTURES)

    def full(*_folders: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copytree", full)
    with pytest.raises(OSError, match="No space"):
        visibility.show(image, Visibility.PRIVATE)
    kept = Image.objects.get(pk=image.pk)
    assert (kept.visibility, named(settings.PICTURES)) == (Visibility.TEAM, [kept.token])
