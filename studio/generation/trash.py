"""The trash: images that nobody's list has any more, and that come back whole for some days (C20).

The row, what was said of it and where it lies stay as they are. Its renditions lead nowhere meanwhile:
their folder has another name, which only who holds SECRET_KEY can tell (PERM-03). After the last day, or
for good at once, the files and the row go; the job and what it cost stay.
"""

import hmac
import logging
import shutil
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from studio.accounts.models import Member
from studio.generation import many, originals
from studio.generation.models import Image
from studio.generation.signals import tell_changed

log = logging.getLogger(__name__)

HIDDEN = "trash-"  # how the folder of a trashed image's renditions begins: no address of pictures has that
AT_ONCE = 500

_told: list[Callable[[datetime], Sequence[int]]] = []


def told_by(ask: Callable[[datetime], Sequence[int]]) -> None:
    """Have somebody tell each night which images are to be thrown away; some at a time, none at the end."""
    if ask not in _told:
        _told.append(ask)


def throw(ids: Collection[int], by: Member | None, now: datetime) -> None:
    """Put images into the trash. One statement; in the transaction of whoever says so."""
    tokens = _tokens(ids)
    Image.objects.filter(pk__in=many.among(ids), deleted_at=None).update(deleted_at=now, deleted_by=by)
    tell_changed(ids)
    transaction.on_commit(partial(_hide, tokens))


def fetch_back(ids: Collection[int]) -> None:
    """Take images out of the trash, as they were. In the transaction of whoever says so."""
    tokens = _tokens(ids)
    Image.objects.filter(pk__in=many.among(ids)).update(deleted_at=None, deleted_by=None)
    tell_changed(ids)
    transaction.on_commit(partial(_unhide, tokens))


def purge(images: Sequence[Image]) -> int:
    """Remove images for good that lie in the trash: rows first, then files. Returns how many."""
    with transaction.atomic():
        still = Image.objects.select_for_update().filter(
            pk__in=[image.pk for image in images], deleted_at__isnull=False
        )
        gone = list(still.values_list("token", "original"))
        still.delete()
    for token, original in gone:
        shutil.rmtree(settings.PICTURES / hidden(token), ignore_errors=True)
        shutil.rmtree(settings.PICTURES / token, ignore_errors=True)
        originals.discard(original)
    return len(gone)


def last_day(now: datetime) -> datetime:
    """Return the moment before which what was thrown away is removed for good."""
    return now - timedelta(days=settings.TRASH_DAYS)


def nightly(now: datetime) -> int:
    """Remove what lay in the trash for its days, and hide what a process that died left in sight."""
    _mend()
    _throw_what_is_told(now)
    removed = 0
    late = Image.objects.filter(deleted_at__lt=last_day(now)).order_by("deleted_at")
    while images := list(late[:AT_ONCE]):
        removed += purge(images)
    if removed:
        log.info("removed %d images that lay in the trash for %d days", removed, settings.TRASH_DAYS)
    return removed


def hidden(token: str) -> str:
    """Return the name of the folder in which a trashed image's renditions lie."""
    return HIDDEN + hmac.new(settings.SECRET_KEY.encode(), token.encode(), sha256).hexdigest()[:48]


def _tokens(ids: Collection[int]) -> list[str]:
    return list(Image.objects.filter(pk__in=many.among(ids)).values_list("token", flat=True))


def _hide(tokens: Collection[str]) -> None:
    for token in tokens:
        with suppress(FileNotFoundError):
            (settings.PICTURES / token).rename(settings.PICTURES / hidden(token))


def _unhide(tokens: Collection[str]) -> None:
    lost = []
    for token in tokens:
        try:
            (settings.PICTURES / hidden(token)).rename(settings.PICTURES / token)
        except FileNotFoundError:
            lost.append(token)
    if lost:  # of a studio whose SECRET_KEY was changed meanwhile: they are drawn anew from the originals
        missing = [token for token in lost if not (settings.PICTURES / token).is_dir()]
        Image.objects.filter(token__in=missing).update(rendered_at=None)


def _throw_what_is_told(now: datetime) -> None:
    thrown = 0
    for ask in _told:
        while ids := ask(now):
            with transaction.atomic():
                throw(ids, None, now)
            thrown += len(ids)
    if thrown:
        log.info("threw away %d images whose days were over", thrown)


def _mend() -> None:
    """Hide again what is still in sight: a process may die between the row and the folder."""
    trashed = Image.objects.filter(deleted_at__isnull=False).values_list("token", flat=True)
    _hide([token for token in trashed.iterator() if (settings.PICTURES / token).is_dir()])
