"""Who sees many images at once (C7, C19); what goes private gets new names for its renditions (PERM-03)."""

import os
import shutil
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict

from gallery import access, cards, deeds
from gallery.models import Deed
from gallery.refusals import Impossible
from studio.accounts.models import Member
from studio.generation import many
from studio.generation.models import Image, Visibility, picture_token

SEEN_BY = {
    Visibility.TEAM: "shown to the team",
    Visibility.PRIVATE: "hidden from everybody but you",
}


def show(member: Member, images: QuerySet[Image], form: QueryDict) -> Deed:
    """Show images to the team, or to their maker only, as `visibility` says. Raises Impossible."""
    wanted = form.get("visibility", "")
    if wanted not in Visibility.values:
        raise Impossible("An image is for the team or for you only: choose one of them.")
    ids = list(images.order_by("-pk").values_list("pk", flat=True))
    changed = list(images.exclude(visibility=wanted).values_list("pk", flat=True))
    _change(changed, Visibility(wanted))
    sentence = f"{deeds.counted(len(ids))} {SEEN_BY[Visibility(wanted)]}"
    return deeds.did(member, "visibility", sentence, ids, changed=changed, wanted=wanted)


def unshow(deed: Deed) -> None:
    """Give those that changed the sight they had."""
    ids = access.still_theirs(deed.member, deed.kept["changed"], access.may_show)
    private = deed.kept["wanted"] == Visibility.TEAM
    _change(ids, Visibility.PRIVATE if private else Visibility.TEAM)


def _change(ids: list[int], wanted: Visibility) -> None:
    many.images(ids).update(visibility=wanted)
    if wanted == Visibility.PRIVATE:
        _rename(dict(many.images(ids).values_list("pk", "token")))
    cards.refresh(ids)


def _rename(tokens: dict[int, str]) -> None:
    """Give renditions new names. The old ones go once the rows name what is there."""
    drawn = {pk: token for pk, token in tokens.items() if (settings.PICTURES / token).is_dir()}
    fresh = {pk: picture_token() for pk in drawn}
    for pk, token in drawn.items():
        shutil.copytree(
            settings.PICTURES / token,
            settings.PICTURES / fresh[pk],
            copy_function=_link,
        )
    many.change(Image, "token", fresh)
    transaction.on_commit(partial(_remove, drawn.values()))


def _link(source: str, target: str) -> None:
    """Give a file a second name, which costs nothing; where a file system cannot, a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _remove(tokens: Iterable[str]) -> None:
    for token in tokens:
        shutil.rmtree(Path(settings.PICTURES / token), ignore_errors=True)
