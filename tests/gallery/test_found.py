"""What was found is written where images are compared: which of them, and why (A25, A30)."""

from collections.abc import Sequence

import pytest
from django.test import Client
from django.utils import timezone

from studio.accounts.models import Member
from studio.generation.models import Experiment, Finding, Image
from tests.gallery import factories
from tests.gallery.factories import TEAM
from tests.gallery.reading import HTMX, text

NOBODYS = "0b5c1d3e-7f7a-4f5a-9a57-2f6a3c1d9e10"

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(ada: Member) -> list[Image]:
    """Return two images of one run of Ada's."""
    return factories.rows(ada, ["a red dune", "a blue dune"])


def chosen(images: Sequence[Image]) -> str:
    return "&".join(f"image={image.uuid}" for image in images)


def experiment_of(image: Image) -> Experiment:
    return Experiment.objects.get(runs__jobs__image=image)


def door(images: Sequence[Image], experiment: Experiment | None = None, more: str = "") -> str:
    return f"/compare/found/{(experiment or experiment_of(images[0])).pk}?{chosen(images)}{more}"


def findings(experiment: Experiment) -> set[int]:
    return set(Finding.objects.filter(experiment=experiment).values_list("image", flat=True))


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_it_is_kept_with_the_experiment_and_the_pictures_stay(
    as_ada: Client, pair: list[Image], headers: dict[str, str]
) -> None:
    said = {"why": "Blue is  calmer.", "image": str(pair[1].uuid)}
    answer = as_ada.post(door(pair, more="&view=slider"), said, headers=headers)
    assert answer["Location"] == f"/compare?{chosen(pair)}&view=slider#found"
    experiment = experiment_of(pair[0])
    assert (experiment.conclusion, experiment.closed_at) == ("Blue is calmer.", None)
    assert findings(experiment) == {pair[1].pk}
    page = text(as_ada.get(answer["Location"]))
    assert "Blue is calmer." in page
    assert f'value="{pair[1].uuid}" checked' in page
    assert f'value="{pair[0].uuid}" checked' not in page
    assert "Blue is calmer." in text(as_ada.get(f"/experiments/{experiment.pk}/report"))


def test_it_closes_with_the_sentence_and_asks_for_one(as_ada: Client, pair: list[Image]) -> None:
    refused = as_ada.post(door(pair), {"why": " ", "image": str(pair[0].uuid), "close": "1"})
    assert refused.status_code == 422
    page = text(refused)
    assert "Write one sentence about what was found out" in page
    assert f'value="{pair[0].uuid}" checked' in page  # nothing ticked is lost
    assert findings(experiment_of(pair[0])) == set()
    as_ada.post(door(pair), {"why": "Red.", "close": "1"})
    closed = experiment_of(pair[0])
    assert closed.closed_at
    assert as_ada.post(door(pair), {"why": ""}).status_code == 422  # a closed one keeps its sentence
    as_ada.post(door(pair), {"why": "Red, by far."})
    again = experiment_of(pair[0])
    assert (again.conclusion, again.closed_at) == ("Red, by far.", closed.closed_at)


def test_too_many_words_come_back_with_how_many_there_may_be(as_ada: Client, pair: list[Image]) -> None:
    refused = as_ada.post(door(pair), {"why": "x" * 401})
    assert refused.status_code == 422
    assert "400 characters" in text(refused)
    assert "x" * 401 in text(refused)


def test_images_of_two_experiments_have_a_card_each(as_ada: Client, ada: Member) -> None:
    one, two = factories.rows(ada, ["a dune"])[0], factories.rows(ada, ["a lake"])[0]
    page = text(as_ada.get(f"/compare?{chosen([one, two])}"))
    assert page.count('action="/compare/found/') == 2
    as_ada.post(door([one, two]), {"image": [str(one.uuid), str(two.uuid)]})
    assert not Finding.objects.exists()  # the other image is not of this experiment
    as_ada.post(door([one, two]), {"image": str(one.uuid)})
    assert findings(experiment_of(one)) == {one.pk}


def test_what_was_found_elsewhere_in_the_experiment_stays(as_ada: Client, ada: Member) -> None:
    images = factories.rows(ada, ["a", "b", "c"])
    Finding.objects.create(experiment=experiment_of(images[2]), image=images[2])
    as_ada.post(door(images[:2]), {"image": str(images[0].uuid)})
    assert findings(experiment_of(images[0])) == {images[0].pk, images[2].pk}


def test_a_colleagues_images_have_nothing_to_write(as_bob: Client, ada: Member, pair: list[Image]) -> None:
    Image.objects.update(visibility=TEAM)
    page = text(as_bob.get(f"/compare?{chosen(pair)}"))
    assert "Compare 2 images" in page
    assert 'id="found"' not in page
    assert as_bob.post(door(pair), {"why": "Mine now."}).status_code == 404
    assert experiment_of(pair[0]).conclusion == ""


def test_the_door_asks_who_comes_and_what_for(client: Client, as_ada: Client, pair: list[Image]) -> None:
    assert client.post(door(pair)).status_code == 302
    assert as_ada.get(door(pair)).status_code == 405
    nobodys = Experiment(pk=NOBODYS)
    assert as_ada.post(door(pair, nobodys)).status_code == 404
    assert as_ada.post(door(pair, more="&image=x"), {"why": "?"}).status_code == 404
    assert as_ada.post(door(pair), {"why": "?", "image": "x"}).status_code == 422


def test_words_are_words_and_never_marks(as_ada: Client, pair: list[Image]) -> None:
    as_ada.post(door(pair), {"why": "</textarea><script>alert(1)</script>"})
    assert "<script>alert" not in text(as_ada.get(f"/compare?{chosen(pair)}"))


def test_a_conclusion_so_far_is_not_called_the_end(as_ada: Client, pair: list[Image]) -> None:
    experiment = experiment_of(pair[0])
    as_ada.post(door(pair), {"why": "Blue, I think."})
    assert ">So far</h2>" in text(as_ada.get(f"/experiments/{experiment.pk}/report"))
    Experiment.objects.filter(pk=experiment.pk).update(closed_at=timezone.now())
    assert ">So far</h2>" not in text(as_ada.get(f"/experiments/{experiment.pk}/report"))
