"""The doors of talking: comments, replies, pins, and being called (C13, C14)."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from gallery import access, answering, calling, talking
from gallery.models import Comment
from gallery.refusals import Refused
from gallery.typed import Typed
from studio.accounts.http import MemberRequest
from studio.generation.access import image_for


@require_POST
def image_comments(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Say something about an image, answer a comment of it, or pin words to a spot."""
    image, asked = image_for(request.user, uuid), request.POST
    text, x, y = (asked.get(name, "") for name in ("text", "x", "y"))
    parent: Comment | None = None
    try:
        parent = access.comment_to_answer(request.user, asked.get("parent", ""))
        talking.say(request.user, image, text, parent=parent, spot=talking.spot_of(x, y))
    except Refused as refused:
        answers = parent if parent is not None and parent.image_id == image.pk else None
        typed = Typed(text=text, x=x, y=y, problem=refused.sentence, answers=answers)
        return answering.not_talked(request, image, typed)
    return answering.talked(request, image, form=True)


@require_POST
def comment_edit(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Change the words of one's own comment."""
    comment, text = access.comment_for(request.user, uuid), request.POST.get("text", "")
    try:
        talking.edit(request.user, comment, text)
    except Refused as refused:
        typed = Typed(text=text, problem=refused.sentence, edits=comment)
        return answering.not_talked(request, comment.image, typed)
    return answering.talked(request, comment.image, form=True)


@require_POST
def comment_delete(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Delete one's own comment."""
    return _done(request, uuid, lambda comment: talking.delete(request.user, comment))


@require_POST
def comment_resolve(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Put a thread away, or take it up again."""
    done = request.POST.get("done") == "1"
    return _done(request, uuid, lambda comment: talking.resolve(request.user, comment, done=done))


def _done(request: MemberRequest, uuid: UUID, act: Callable[[Comment], None]) -> HttpResponse:
    comment = access.comment_for(request.user, uuid)
    try:
        act(comment)
    except Refused as refused:
        return answering.not_talked(request, comment.image, Typed(problem=refused.sentence))
    return answering.talked(request, comment.image, form=False)


@require_safe
def who_to_call(request: MemberRequest) -> JsonResponse:
    """Offer names for what stands behind an @."""
    found = calling.offered(request.GET.get("begun", ""), but=request.user)
    return JsonResponse({"names": [one.name for one in found if one.name]})


@require_safe
def mentions_page(request: MemberRequest) -> HttpResponse:
    """List where one was called, the newest first."""
    return render(request, "gallery/mentions.html", {"mentions": calling.mentions(request.user)})


@require_POST
def mentions_read(request: MemberRequest) -> HttpResponse:
    """Note that one has seen them all."""
    calling.mark_read(request.user)
    return redirect("mentions")
