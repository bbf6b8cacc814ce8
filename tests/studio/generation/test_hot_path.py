"""The way of an image, from its claim to its row, has its statements put together once and never again."""

from typing import Any

import pytest
from django.db.models.sql.compiler import SQLCompiler

from studio.accounts.models import Member
from studio.generation import rendering
from studio.generation.models import Image, Job
from studio.generation.states import State
from tests.studio.generation.world import World, only_job, start


def test_a_second_image_is_sent_settled_and_kept_by_statements_that_are_there(
    world: World, designer: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.fault("sync")
    for template in ("a red dune", "a grey dune"):  # after the first answer the limits are known
        start(designer, template)
        world.listen()  # each is put together where it first runs
    job, built = only_job(start(designer, "a blue dune")), list[str]()
    build = SQLCompiler.as_sql

    def counted(self: SQLCompiler, *args: Any, **named: Any) -> Any:
        made = build(self, *args, **named)
        built.append(str(made[0]))
        return made

    def ended(image: Image, painting: object) -> None:
        monkeypatch.setattr(SQLCompiler, "as_sql", build)

    monkeypatch.setattr(rendering, "finish", ended)  # what follows is of no hurry
    monkeypatch.setattr(SQLCompiler, "as_sql", counted)
    world.listen()
    assert SQLCompiler.as_sql is build, "its picture was not kept"
    assert Job.objects.get(pk=job.pk).state == State.DONE
    ours = [statement for statement in built if "django_q" not in statement]  # the test's own hand on it
    assert ours == []
