"""The steps at which the fault tests kill something lie on the way from a press to a picture (JOB-01).

Those tests take minutes to say that a function was renamed; this one says it at once.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import uuid4

import pytest

from studio.accounts.models import Member
from studio.generation.models import Job
from tests.faults.steps import KNOBS, STEPS
from tests.faults.trapping import _found
from tests.studio.generation.pages import SignedIn
from tests.studio.generation.world import World
from tests.visitor import RECIPE

OF_THE_WIRE = "stream."


def heard(genuine: Callable[..., Any], path: str, came: set[str]) -> Callable[..., Any]:
    @wraps(genuine)
    def noted(*args: Any, **named: Any) -> Any:
        came.add(path)
        return genuine(*args, **named)

    return noted


def test_a_press_and_its_picture_come_to_every_step(
    world: World, designer: Member, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted, came = {step.at for step in STEPS if not step.at.startswith(OF_THE_WIRE)}, set[str]()
    for path in wanted:
        owner, name = _found(path)
        assert owner is not None, path
        monkeypatch.setattr(owner, name, heard(getattr(owner, name), path, came))
    answer = signed_in(designer).post("/runs", {**RECIPE, "template": "a dune", "token": uuid4().hex})
    assert answer.status_code == 302
    world.finish()
    assert Job.objects.get().state == "done"
    assert wanted - came == set()


@pytest.mark.parametrize("path", KNOBS)
def test_every_knob_is_there_to_be_turned(path: str) -> None:
    owner, name = _found(path)
    assert owner is not None
    assert hasattr(owner, name)
