"""The doors of boards: the page that orders them, and what is done to one."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from gallery import access, boards, returning, searches, selecting
from gallery.models import Board
from gallery.refusals import Refused
from studio.accounts.http import MemberRequest

UP, DOWN = -1, 1


@require_http_methods(["GET", "HEAD", "POST"])
def boards_page(request: MemberRequest) -> HttpResponse:
    """List the boards in their folders; a POST makes one, in `folder` where that is given."""
    if request.method != "POST":
        return _page(request)
    folder = access.board_for(request.POST["folder"]) if request.POST.get("folder") else None
    try:
        made = boards.make(request.user, request.POST.get("name", ""), folder)
    except Refused as refused:
        return _page(request, problem=refused.sentence)
    return returning.back(request, f"{made.name} is there.", otherwise="boards")


@require_http_methods(["GET", "HEAD", "POST"])
def board(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Open a board, which is the gallery with the board searched for; a POST gives it another name."""
    if request.method != "POST":
        found = access.board_for(pk)
        return redirect(address_of(found))
    changed = access.board_to_change(request.user, pk)
    try:
        boards.rename(changed, request.POST.get("name", ""))
    except Refused as refused:
        return _page(request, problem=refused.sentence)
    return returning.back(request, f"It is called {changed.name} now.", otherwise="boards")


@require_POST
def board_place(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Put a board elsewhere: into the folder `folder`, out of any with an empty one; one place `step`, up or
    down; or before or after, as `side` says, the board `beside`.
    """
    moved = access.board_to_change(request.user, pk)
    try:
        said = _placed(moved, request.POST.dict())
    except Refused as refused:
        if request.htmx:
            return render(
                request, "gallery/bulk_done.html", selecting.said(request, refused.sentence, "warning")
            )
        return _page(request, problem=refused.sentence)
    if request.htmx:
        return render(request, "gallery/bulk_done.html", selecting.said(request, said))
    return returning.back(request, said, otherwise="boards")


def _placed(moved: Board, form: Mapping[str, str]) -> str:
    """Do what the form says; return a sentence of what was done. Raises Impossible, Http404."""
    if "folder" in form:
        folder = access.board_for(form["folder"]) if form["folder"] else None
        boards.move(moved, folder)
        return f"{moved.name} lies in {folder.name if folder else 'no folder'} now."
    if "beside" in form:
        boards.put_beside(moved, access.board_for(form["beside"]), after=form.get("side") == "after")
    else:
        boards.shift(moved, UP if form.get("step") == "up" else DOWN)
    return f"{moved.name} has another place now."


@require_POST
def board_remove(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Remove a board, and what lies in it if it is a folder. No image is lost; it can be taken back."""
    removed = access.board_to_change(request.user, pk)
    boards.remove(removed)
    return returning.back(
        request,
        f"{removed.name} is removed. Its images stay in the gallery.",
        otherwise="boards",
        undo=reverse("board_back", args=[removed.pk]),
    )


@require_POST
def board_back(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Put a removed board back, with the images that lay on it."""
    board = access.removed_board(request.user, pk)
    boards.put_back(board)
    return returning.back(request, f"{board.name} is back.", otherwise="boards")


def address_of(found: Board) -> str:
    """Return where a board is opened: by its name, or by its id where another has that name too."""
    alike = boards.there().filter(name__iexact=found.name).count()
    plain = alike == 1 and '"' not in found.name
    said = f'board:"{found.name}"' if plain else f"board:{found.pk}"
    return f"{reverse('gallery')}?{urlencode({'q': said})}"


def _page(request: MemberRequest, problem: str = "") -> HttpResponse:
    shelves = boards.shelves(request.user)
    context = {
        "shelves": shelves,
        "folders": [shelf.board for shelf in shelves],
        "problem": problem,
        "typed": request.POST.get("name", "") if problem else "",
        "removed": boards.removed(request.user),
        "own_searches": [one for one in searches.seen(request.user) if one.member_id == request.user.pk],
    }
    return render(request, "gallery/boards.html", context, status=422 if problem else 200)
