"""An image leads to the saved prompt's version that made it (A20)."""

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from studio.accounts.models import Member
from studio.generation.models import Image, Job, Run
from studio.prompts.models import PromptVersion, SavedPrompt
from tests.gallery import factories
from tests.gallery.factories import PRIVATE
from tests.gallery.reading import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(ada: Member) -> PromptVersion:
    prompt = SavedPrompt.objects.create(name="Dunes", latest=2)
    PromptVersion.objects.create(prompt=prompt, number=1, template="a dune", author=ada)
    return PromptVersion.objects.create(prompt=prompt, number=2, template="a red dune", author=ada)


def made_from(image: Image, version: PromptVersion) -> None:
    Run.objects.filter(pk=image.job.run_id).update(prompt_version=version.pk)


def test_its_page_leads_to_the_version(as_ada: Client, ada: Member, version: PromptVersion) -> None:
    image = factories.image(ada)
    made_from(image, version)
    assert f'href="/images/{image.uuid}/version"' in text(as_ada.get(f"/images/{image.uuid}"))
    answer = as_ada.get(f"/images/{image.uuid}/version")
    assert answer["Location"] == f"/library/prompts/{version.prompt_id}?b=2"
    assert as_ada.get(answer["Location"]).status_code == 200


def test_a_cell_of_a_grid_of_versions_leads_to_its_own(
    as_ada: Client, ada: Member, version: PromptVersion
) -> None:
    image = factories.image(ada)
    first = PromptVersion.objects.get(prompt=version.prompt, number=1)
    axis = {
        "kind": "version",
        "label": "Dunes",
        "values": ["v1", "v2"],
        "rows": [str(first.pk), str(version.pk)],
    }
    Run.objects.filter(pk=image.job.run_id).update(axes=[axis])
    Job.objects.filter(pk=image.job_id).update(picks=["v1"])
    assert as_ada.get(f"/images/{image.uuid}/version")["Location"].endswith("?b=1")


def test_without_a_version_or_after_its_end_there_is_none(
    as_ada: Client, ada: Member, bob: Member, version: PromptVersion
) -> None:
    image = factories.image(ada)
    assert "/version" not in text(as_ada.get(f"/images/{image.uuid}"))
    assert as_ada.get(f"/images/{image.uuid}/version").status_code == 404
    assert as_ada.get(f"/images/{uuid4()}/version").status_code == 404
    hidden = factories.image(bob, visibility=PRIVATE)
    made_from(hidden, version)
    assert as_ada.get(f"/images/{hidden.uuid}/version").status_code == 404
    made_from(image, version)
    SavedPrompt.objects.update(deleted_at=timezone.now())
    assert as_ada.get(f"/images/{image.uuid}/version").status_code == 404
