"""The gallery's own question about an image: may this member change it? Seeing is generation's."""

from uuid import UUID

from django.core.exceptions import PermissionDenied

from studio.accounts.models import Member
from studio.generation.access import image_for
from studio.generation.models import Image


def changeable_image(member: Member, uuid: UUID) -> Image:
    """Return an image of the member's own.

    Raises Http404 for one they may not see, PermissionDenied for a colleague's.
    """
    image = image_for(member, uuid)
    if image.member_id != member.pk:
        raise PermissionDenied("Only who made an image may change who sees it.")
    return image
