"""The gallery's own questions: who may do what to an image, a board, a search; is a comment theirs to see.

Seeing an image is generation's question; a comment is seen by whoever sees its image, and by nobody else.
"""

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from gallery.models import Board, Comment, Deed, SavedSearch
from gallery.refusals import Impossible
from gallery.typed import Typed
from studio.accounts.models import Member
from studio.accounts.models.member import Role
from studio.generation import many
from studio.generation.access import image_for, visible_images
from studio.generation.models import Image, Visibility


def changeable_image(member: Member, uuid: UUID) -> Image:
    """Return an image of the member's own.

    Raises Http404 for one they may not see, PermissionDenied for a colleague's.
    """
    image = image_for(member, uuid)
    if image.member_id != member.pk:
        raise PermissionDenied("Only who made an image may change who sees it.")
    return image


def comment_for(member: Member, uuid: UUID) -> Comment:
    """Return a comment on an image that the member may see. Raises Http404."""
    seen = Comment.objects.filter(image__in=visible_images(member))
    comment = seen.select_related("image", "member", "parent").filter(uuid=uuid, deleted_at=None).first()
    if comment is None:
        raise Http404("There is no such comment, or it is not yours to see.")
    return comment


def comment_to_answer(member: Member, text: str) -> Comment | None:
    """Return the comment that a reply names, None for no reply.

    Raises Impossible for one that is not there, so that what was typed is given back.
    """
    comment = comment_or_none(member, text)
    if text and comment is None:
        raise Impossible("The comment that you answer is not there any more. Your words are kept below.")
    return comment


def comment_or_none(member: Member, text: str) -> Comment | None:
    """Return the comment of an id as a form sends it, None for none that the member may see."""
    try:
        return comment_for(member, UUID(text))
    except (ValueError, Http404):
        return None


def asked_to_say(member: Member, image: Image, asked: Mapping[str, str]) -> Typed:
    """Return what the form for words is to hold: a reply, or one's own comment to change."""
    answers = _of(image, comment_or_none(member, asked["answer"])) if "answer" in asked else None
    edits = _of(image, comment_or_none(member, asked["edit"])) if "edit" in asked else None
    if edits is not None and edits.member_id == member.pk:
        return Typed(edits=edits, text=edits.text)
    return Typed(answers=answers)


def _of(image: Image, comment: Comment | None) -> Comment | None:
    return comment if comment is not None and comment.image_id == image.pk else None


ORDERING = frozenset({Role.REVIEWER, Role.CREDIT_ADMIN, Role.OWNER})
CLEARING = frozenset({Role.CREDIT_ADMIN, Role.OWNER})


def may_order(member: Member) -> Q:
    """Which images a member may put on boards and tag: their own; these roles any of the team's (PERM-05)."""
    return _theirs(member, ORDERING)


def may_trash(member: Member) -> Q:
    """Which images a member may throw away and fetch back: their own; these roles any of the team's."""
    return _theirs(member, CLEARING)


def may_show(member: Member) -> Q:
    """Over whose sight a member decides: that of their own images, whatever their role (C7)."""
    return Q(member=member)


def is_theirs(image: Image, member: Member, more: frozenset[Role]) -> bool:
    """Say of one image at hand what `may_order` (ORDERING) and `may_trash` (CLEARING) say of many."""
    return image.member_id == member.pk or (Role(member.role) in more and image.visibility == Visibility.TEAM)


def _theirs(member: Member, more: frozenset[Role]) -> Q:
    own = Q(member=member)
    return own | Q(visibility=Visibility.TEAM) if Role(member.role) in more else own


def still_theirs(member: Member, ids: Collection[int], may: Callable[[Member], Q]) -> list[int]:
    """Return those images that the member may still change so; a role may have been taken meanwhile."""
    return list(many.images(ids).filter(may(member)).values_list("pk", flat=True))


def trashed_images(member: Member) -> QuerySet[Image]:
    """Return what lies in the trash and the member may fetch back (C20)."""
    return Image.objects.filter(may_trash(member), deleted_at__isnull=False)


def trashed_image_for(member: Member, uuid: UUID) -> Image:
    """Return an image in the trash that the member may fetch back. Raises Http404."""
    image = trashed_images(member).filter(uuid=uuid).first()
    if image is None:
        raise Http404("There is no such image in the trash, or it is not yours to fetch back.")
    return image


def board_for(pk: UUID | str) -> Board:
    """Return a board of the team that was not removed; everybody sees them all. Raises Http404."""
    try:
        board = Board.objects.filter(pk=UUID(str(pk)), removed_at=None, parent__removed_at=None).first()
    except ValueError:
        board = None
    if board is None:
        raise Http404("There is no such board, or it was removed.")
    return board


def board_to_change(member: Member, pk: UUID) -> Board:
    """Return a board to change: its maker may, and admins. Raises Http404, PermissionDenied."""
    board = board_for(pk)
    if board.by_id != member.pk and not member.is_admin:
        raise PermissionDenied("Only who made a board, a credit admin or an owner may change it.")
    return board


def removed_board(member: Member, pk: UUID) -> Board:
    """Return a removed board to put back: its maker may, and admins. Raises Http404, PermissionDenied."""
    board = Board.objects.filter(pk=pk, removed_at__isnull=False).first()
    if board is None:
        raise Http404("There is no such board, or it is there already.")
    if board.by_id != member.pk and not member.is_admin:
        raise PermissionDenied("Only who made a board, a credit admin or an owner may put it back.")
    return board


def search_to_change(member: Member, pk: UUID) -> SavedSearch:
    """Return a saved search of the member's own; a shared one of others is to be opened only.

    Raises Http404, and PermissionDenied for a colleague's that is shared.
    """
    search = SavedSearch.objects.filter(Q(member=member) | Q(shared=True), pk=pk).first()
    if search is None:
        raise Http404("There is no such search, or it is not yours to see.")
    if search.member_id != member.pk:
        raise PermissionDenied("Only who saved a search may change it. You may open it.")
    return search


def deed_for(member: Member, pk: UUID) -> Deed:
    """Return what the member did. Raises Http404 for others' deeds."""
    deed = Deed.objects.filter(pk=pk, member=member).first()
    if deed is None:
        raise Http404("There is nothing to take back here, or somebody else did it.")
    return deed
