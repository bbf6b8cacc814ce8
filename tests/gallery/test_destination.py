"""The board chosen at Generate: kept with the run, and each image put there as it comes (A1, C6)."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client

from gallery import boards
from gallery.models import Board, BoardImage
from studio.accounts.models import Member
from studio.generation import destinations
from studio.generation.forms import ComposerForm
from studio.generation.models import Image, Run
from tests.gallery import factories
from tests.gallery.reading import text

pytestmark = pytest.mark.django_db


def arriving(member: Member, board: UUID | None) -> Image:
    """Return an image that came of a run with this destination."""
    (job,) = factories.jobs(member, ["a red dune"], visibility="team", size=(48, 32))
    Run.objects.filter(pk=job.run_id).update(board=board)
    job.run.refresh_from_db()
    return Image.objects.create(
        job=job, member=member, prompt=job.prompt, width=48, height=32, format="jpeg", bytes=1,
        sha256="0" * 64, original=f"ab/{job.pk}.jpeg", colour="#c4512d",
    )  # fmt: skip


def lying(board: Board) -> list[int]:
    return list(BoardImage.objects.filter(board=board).values_list("image_id", flat=True))


def test_the_composer_offers_every_board_by_its_folder(as_ada: Client, ada: Member, bob: Member) -> None:
    folder = boards.make(bob, "Campaign")
    inside = boards.make(ada, "Desert", folder)
    assert [(one.folder, one.name) for one in destinations.of(ada)] == [
        ("", "Campaign"),
        ("Campaign", "Desert"),
    ]
    page = text(as_ada.get("/"))
    assert f'<option value="{inside.pk}">Campaign / Desert</option>' in page


def test_the_form_takes_a_board_that_is_there_and_no_other(ada: Member) -> None:
    board = boards.make(ada, "Desert")
    fields = {"template": "a dune", "shape": "3x2", "size": "1k", "each": "1", "visibility": "team"}
    fields |= {"quality": "standard", "when": "now", "board": str(board.pk)}
    form = ComposerForm(fields, member=ada)
    assert form.is_valid(), form.errors
    assert form.recipe().board_id == board.pk
    boards.remove(board)
    form = ComposerForm(fields, member=ada)
    assert not form.is_valid()
    assert form.errors["board"] == ["That board is not there any more. Choose another."]


def test_an_image_is_put_on_its_runs_board_as_it_comes(ada: Member) -> None:
    board = boards.make(ada, "Desert")
    image = arriving(ada, board.pk)
    assert lying(board) == [image.pk]
    assert arriving(ada, None).pk not in lying(board)


def test_what_was_renamed_and_moved_meanwhile_is_still_meant(ada: Member) -> None:
    board, folder = boards.make(ada, "Desert"), boards.make(ada, "Campaign")
    boards.rename(board, "Dunes")
    boards.move(board, folder)
    image = arriving(ada, board.pk)
    assert lying(board) == [image.pk]


def test_what_was_removed_meanwhile_loses_no_image(as_ada: Client, ada: Member) -> None:
    board = boards.make(ada, "Desert")
    boards.remove(board)
    image = arriving(ada, board.pk)
    assert as_ada.get(f"/images/{image.uuid}").status_code == 200
    boards.put_back(board)
    assert lying(board) == [image.pk]


def test_a_private_image_on_a_board_is_counted_for_its_maker_alone(
    ada: Member, bob: Member, signed_in: Callable[[Member], Client]
) -> None:
    from gallery import cards

    board = boards.make(bob, "Desert")
    image = arriving(ada, board.pk)  # private, as a run is unless it is told otherwise
    cards.refresh([image.pk])
    assert [shelf.count for shelf in boards.shelves(ada)] == [1]
    assert [shelf.count for shelf in boards.shelves(bob)] == [0]
