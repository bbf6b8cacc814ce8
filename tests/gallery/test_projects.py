"""Finding by the project that a run was made for, and what others are told of it: nothing (C3, C4, E8)."""

from collections import Counter
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from gallery import cards, facets, search, suggesting
from gallery.known import Known
from gallery.models import Card, Tally
from studio.accounts.models import Member, Project
from studio.generation.models import Image
from tests.gallery import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def autumn(ada: Member) -> Project:
    """A project that Ada is in, and Bob is not."""
    project = Project.objects.create(name="Autumn Window", by=ada)
    project.members.add(ada)
    return project


def made_for(project: Project, image: Image) -> int:
    run = image.job.run
    run.project = project
    run.save(update_fields=["project"])
    cards.refresh([image.pk])
    return image.pk


def found(member: Member, said: str) -> list[int]:
    return search.ids(member, search.read(said), before=None, limit=100)


def listed(member: Member, said: str = "") -> dict[str, str]:
    of = facets.of(search.of(member, search.read(said)))
    return {one.text: one.count for facet in of if facet.name == "Project" for one in facet.choices}


def test_it_is_a_field_and_a_facet(ada: Member, autumn: Project) -> None:
    other = factories.image(ada, "dune").pk
    image = made_for(autumn, factories.image(ada, "dune"))
    for said in ("project:autumn", 'project:"Autumn Window"', f"project:{autumn.pk}", "-project:general"):
        assert found(ada, said) == [image], said
    assert found(ada, "project:General dune") == found(ada, "-project:autumn") == [other]
    assert found(ada, "project:general,autumn") == [image, other]
    assert listed(ada) == listed(ada, "dune") == {"General": "1", "Autumn Window": "1"}
    wholes = [one.whole for one in suggesting.of("project:au", Known(ada))]
    assert wholes == ['project:"Autumn Window" ']


def test_who_is_not_in_it_is_not_told_its_name(ada: Member, bob: Member, autumn: Project) -> None:
    made_for(autumn, factories.image(ada, "dune"))
    factories.image(ada, "dune")
    assert listed(bob) == {"General": "1"}
    assert not suggesting.of("autumn", Known(bob))
    for said in ("project:autumn dune", f"project:{autumn.pk} dune"):
        asked = search.of(bob, search.read(said))
        assert "no project called" in asked.problems[0].sentence
        assert "Window" not in asked.problems[0].sentence
        assert len(asked.ids(None, 9)) == 2  # the rest is searched


def test_where_all_is_of_no_project_there_is_no_facet(ada: Member) -> None:
    factories.image(ada)
    assert listed(ada) == {}


def test_cards_of_before_are_told(ada: Member, autumn: Project) -> None:
    image = made_for(autumn, factories.image(ada, "dune"))
    other = factories.image(ada, "dune").pk
    migration = import_module("gallery.migrations.0010_projects")
    editor = connection.schema_editor()  # asked for its statements alone: nothing of the tables changes
    migration._untell(apps, editor)
    assert not any("_p" in one for one in Card.objects.values_list("facets", flat=True))
    migration._tell(apps, editor)
    assert found(ada, "project:autumn") == [image]
    assert found(ada, "project:general") == [other]
    told = Tally.objects.filter(token__startswith="_p").values_list("token", "count")
    assert Counter(dict(told)) == {f"_p{autumn.pk.hex}": 1, "_pnone": 1}
