"""One action on many images: what may be done with a selection, by name, and how it is taken back (C19).

An action is a function of the member, the images and the form, which does it to all of them with a
constant number of queries, keeps the cards in step and returns its Deed. It is only given images that
the member may do it to: the others are refused here, row by row, and counted. `ACTIONS` lists them all.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from gallery import access, boarding, cardparts, judgingmany, showing, tagging, trashing
from gallery.models import Deed
from gallery.refusals import Impossible
from gallery.selection import MOST, Selection
from studio.accounts.models import Member
from studio.generation import many
from studio.generation.models import Image

type Do = Callable[[Member, QuerySet[Image], QueryDict], Deed]
type Undo = Callable[[Deed], None]
type May = Callable[[Member], Q]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What is done, to which of the images that a member sees, and how it is taken back."""

    do: Do
    undo: Undo
    may: May


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of an action: its deed, None where nothing could be done, and a sentence that says so."""

    deed: Deed | None
    sentence: str


ACTIONS: dict[str, Action] = {
    "board": Action(do=boarding.put, undo=boarding.unput, may=access.may_order),
    "unboard": Action(do=boarding.take, undo=boarding.untake, may=access.may_order),
    "tag": Action(do=tagging.tag, undo=tagging.untagged, may=access.may_order),
    "untag": Action(do=tagging.untag, undo=tagging.retagged, may=access.may_order),
    "visibility": Action(do=showing.show, undo=showing.unshow, may=access.may_show),
    "rate": Action(do=judgingmany.rate, undo=judgingmany.unrate, may=judgingmany.may_rate),
    "status": Action(do=judgingmany.decide, undo=judgingmany.undecide, may=judgingmany.may_decide),
    "trash": Action(do=trashing.trash, undo=trashing.untrash, may=access.may_trash),
}


def run(member: Member, name: str, selection: Selection, form: QueryDict) -> Done:
    """Do an action to a selection, to those rows that the member may do it to.

    Raises KeyError for an action that there is not, Impossible for a selection that is none or too large
    and for a form that makes no sense.
    """
    action = ACTIONS[name]
    if selection.empty:
        raise Impossible("Choose some images first: tick them, or take all that match.")
    with transaction.atomic():
        ids, refused = _split(member, action, selection)
        cardparts.held(ids)
        if not ids:
            return Done(deed=None, sentence=_nothing(_refused(0, refused)))
        deed = action.do(member, many.images(ids), form)
        return _done(deed, refused)


def take_back(deed: Deed) -> bool:
    """Take a deed back, for those of its images that its member may still do that to.

    Returns whether this call did it: said twice, the second does nothing.
    """
    with transaction.atomic():
        if not deed.claim_undo(timezone.now()):
            return False
        cardparts.held(deed.kept["ids"])
        ACTIONS[deed.what].undo(deed)
    return True


def taken_back(deed: Deed) -> str:
    """Return what was done to those that it was done to: the refused have nothing to be taken back."""
    did = deed.sentence.rpartition(";")[0] if deed.refused else deed.sentence
    return f"{did.rstrip('.')}."


def _done(deed: Deed, refused: int) -> Done:
    """Return a deed told with both counts: "9,998 images tagged; 2 are not yours to change."."""
    but = _refused(deed.refused, refused)
    if but and not deed.done:
        deed.delete()
        return Done(deed=None, sentence=_nothing(but))
    deed.refused += refused
    deed.sentence = f"{deed.sentence.rstrip('.')}; {but}." if but else f"{deed.sentence.rstrip('.')}."
    deed.save(update_fields=["refused", "sentence"])
    return Done(deed=deed, sentence=deed.sentence)


def _split(member: Member, action: Action, selection: Selection) -> tuple[list[int], int]:
    """Return the ids that the action is done to, the newest first, and how many are refused. Two queries."""
    seen = list(selection.images(member).order_by("-pk").values_list("pk", flat=True)[: MOST + 1])
    if len(seen) > MOST:
        raise Impossible(f"At most {MOST:,} images can be changed at once. Narrow the search first.")
    mine = list(many.images(seen).filter(action.may(member)).order_by("-pk").values_list("pk", flat=True))
    return mine, selection.refused(len(seen)) + len(seen) - len(mine)


def _nothing(but: str) -> str:
    return f"Nothing was changed: {but or 'no image is left of these'}."


def _refused(stuck: int, refused: int) -> str:
    """Return how many cannot be changed like this by anybody's rule, and how many not by this member."""
    said = {
        f"{stuck:,} cannot be moved so": stuck,
        f"{refused:,} {_be(refused)} not yours to change": refused,
    }
    return ", ".join(words for words, count in said.items() if count)


def _be(count: int) -> str:
    return "is" if count == 1 else "are"
