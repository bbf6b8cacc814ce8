"""An experiment's page: question, budget, findings; closed with a sentence, opened again (A30)."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from studio.accounts.models import Member
from studio.generation import experiments
from studio.generation.experiments import Figures
from studio.generation.forms import ComposerForm
from studio.generation.models import Experiment, Finding, Image, Job, Run
from studio.generation.report import varied
from studio.generation.states import State
from tests.conftest import MakeMember
from tests.gallery import factories
from tests.visitor import RECIPE

pytestmark = pytest.mark.django_db

DOORS = ("question", "close", "reopen", "result")


@pytest.fixture
def ada(member: MakeMember) -> Member:
    return member(name="Ada Lovelace")


@pytest.fixture
def as_ada(ada: Member, signed_in: Callable[[Member], Client]) -> Client:
    return signed_in(ada)


@pytest.fixture
def images(ada: Member) -> list[Image]:
    return factories.rows(ada, ["a red dune", "a blue dune", "a grey dune"])


@pytest.fixture
def experiment(images: list[Image]) -> Experiment:
    return images[0].job.run.experiment


def page(client: Client, experiment: Experiment) -> str:
    answer = client.get(f"/experiments/{experiment.pk}/report")
    assert answer.status_code == 200
    return str(answer.content.decode())


def send(client: Client, experiment: Experiment, door: str, **fields: Any) -> Any:
    return client.post(f"/experiments/{experiment.pk}/{door}", fields)


class TestPage:
    def test_it_shows_what_was_asked_and_what_it_cost(self, as_ada: Client, experiment: Experiment) -> None:
        experiment.question, experiment.budget = "Which dune is the calmest?", 100
        experiment.save()
        shown = page(as_ada, experiment)
        assert "Which dune is the calmest?</p>" in shown
        assert "42 of 100 credits spent." in shown
        assert "3 images in 1 run." in shown
        assert "a red dune" in shown

    def test_axes_of_all_runs_come_together(self, as_ada: Client, experiment: Experiment) -> None:
        axes = [{"kind": "choice", "label": "colour", "values": ["red", "blue"]}]
        Run.objects.filter(experiment=experiment).update(axes=axes)
        assert '<dt>colour</dt><dd><span class="vary">red</span> <span class="vary">blue</span>' in page(
            as_ada, experiment
        )

    def test_an_empty_one_has_a_page_too(self, as_ada: Client, ada: Member) -> None:
        bare = Experiment.objects.create(member=ada, title="Nothing yet")
        shown = page(as_ada, bare)
        assert "No run yet." in shown
        assert "0 credits spent." in shown

    def test_it_asks_as_often_for_many_as_for_few(
        self, as_ada: Client, ada: Member, experiment: Experiment
    ) -> None:
        counts = set()
        for _ in range(2):
            more = factories.rows(ada, ["a dune"] * 10)
            Run.objects.filter(pk=more[0].job.run_id).update(experiment=experiment)
            experiments.find(experiment, [], [image.uuid for image in more])
            with CaptureQueriesContext(connection) as made:
                page(as_ada, experiment)
            counts.add(len(made))
        assert len(counts) == 1
        assert max(counts) <= 12


class TestQuestion:
    def test_name_question_and_budget_are_kept(self, as_ada: Client, experiment: Experiment) -> None:
        answer = send(as_ada, experiment, "question", title="Dunes", question=" Which\n one? ", budget="300")
        assert answer.status_code == 302
        experiment.refresh_from_db()
        assert (experiment.title, experiment.question, experiment.budget) == ("Dunes", "Which one?", 300)

    def test_a_budget_can_be_taken_back(self, as_ada: Client, experiment: Experiment) -> None:
        send(as_ada, experiment, "question", title="Dunes", budget="300")
        send(as_ada, experiment, "question", title="Dunes", budget="")
        experiment.refresh_from_db()
        assert experiment.budget is None

    @pytest.mark.parametrize("budget", ["0", "-5", "1e3", "²", "99999999999", "lots"])
    def test_a_budget_that_is_none_is_told_and_nothing_typed_is_lost(
        self, as_ada: Client, experiment: Experiment, budget: str
    ) -> None:
        answer = send(as_ada, experiment, "question", title="Dunes", question="Why?", budget=budget)
        assert answer.status_code == 422
        assert "Why?</textarea>" in answer.content.decode()
        experiment.refresh_from_db()
        assert experiment.question == ""


class TestClosing:
    def test_it_takes_one_sentence(self, as_ada: Client, experiment: Experiment) -> None:
        assert send(as_ada, experiment, "close", conclusion="  ").status_code == 422
        experiment.refresh_from_db()
        assert experiment.closed_at is None
        send(as_ada, experiment, "close", conclusion="Red is calmer at dusk.")
        shown = page(as_ada, experiment)
        assert "Red is calmer at dusk.</p>" in shown
        assert "Close the experiment" not in shown

    def test_said_twice_it_stays_closed_since_the_first_time(
        self, as_ada: Client, experiment: Experiment
    ) -> None:
        send(as_ada, experiment, "close", conclusion="One.")
        experiment.refresh_from_db()
        first = experiment.closed_at
        send(as_ada, experiment, "close", conclusion="Two.")
        experiment.refresh_from_db()
        assert (experiment.closed_at, experiment.conclusion) == (first, "Two.")

    def test_opened_again_it_offers_the_former_sentence(self, as_ada: Client, experiment: Experiment) -> None:
        send(as_ada, experiment, "close", conclusion="Red is calmer.")
        send(as_ada, experiment, "reopen")
        assert "Red is calmer.</textarea>" in page(as_ada, experiment)


class TestFindings:
    def test_those_ticked_are_the_result(
        self, as_ada: Client, experiment: Experiment, images: list[Image]
    ) -> None:
        shown = [image.uuid for image in images]
        send(as_ada, experiment, "result", shown=shown, image=[images[0].uuid, images[2].uuid])
        assert found(experiment) == [images[0], images[2]]
        send(as_ada, experiment, "result", shown=shown, image=[images[2].uuid])
        assert found(experiment) == [images[2]]

    def test_those_not_shown_stay(self, as_ada: Client, experiment: Experiment, images: list[Image]) -> None:
        experiments.find(experiment, [], [images[0].uuid])
        send(as_ada, experiment, "result", shown=[images[1].uuid], image=[images[1].uuid])
        assert found(experiment) == [images[0], images[1]]

    def test_an_image_of_elsewhere_is_no_finding(
        self, as_ada: Client, ada: Member, experiment: Experiment, member: MakeMember
    ) -> None:
        others = [factories.rows(ada, ["mine"])[0], factories.rows(member(), ["theirs"])[0]]
        ids = [str(image.uuid) for image in others]
        send(as_ada, experiment, "result", shown=ids, image=[*ids, "x", str(uuid4()), ""])
        assert found(experiment) == []


def found(experiment: Experiment) -> list[Image]:
    return [row.image for row in Finding.objects.filter(experiment=experiment).select_related("image")]


class TestWho:
    def test_a_colleague_finds_nothing_there(
        self, experiment: Experiment, member: MakeMember, signed_in: Callable[[Member], Client]
    ) -> None:
        stranger = signed_in(member())
        assert stranger.get(f"/experiments/{experiment.pk}/report").status_code == 404
        assert {send(stranger, experiment, door).status_code for door in DOORS} == {404}

    def test_signed_out_one_is_asked_to_sign_in(self, client: Client, experiment: Experiment) -> None:
        answers = [client.get(f"/experiments/{experiment.pk}/report")]
        answers += [send(client, experiment, door) for door in DOORS]
        assert {answer.status_code for answer in answers} == {302}
        assert all("/sign-in" in answer["Location"] for answer in answers)

    def test_wrong_ids_and_methods(self, as_ada: Client, experiment: Experiment) -> None:
        assert as_ada.get(f"/experiments/{uuid4()}/report").status_code == 404
        assert as_ada.post(f"/experiments/{experiment.pk}/report").status_code == 405
        assert {as_ada.get(f"/experiments/{experiment.pk}/{door}").status_code for door in DOORS} == {405}


class TestBudget:
    def test_the_composer_is_told_when_a_run_passes_it(self, ada: Member, experiment: Experiment) -> None:
        def told(low: int, high: int) -> str:
            return experiments.passing(ada, experiment.pk, least=low, most=high)

        assert told(10, 20) == ""
        Experiment.objects.filter(pk=experiment.pk).update(budget=100)  # 42 are spent
        assert told(10, 58) == ""
        assert told(10, 59).startswith("This may pass the experiment’s budget: 42 of 100 credits spent.")
        assert told(59, 80).startswith("This passes the experiment’s budget")
        assert "nothing is stopped" in told(59, 80)

    def test_what_is_under_way_counts_at_its_most(self, experiment: Experiment, images: list[Image]) -> None:
        Job.objects.filter(pk=images[0].job_id).update(state=State.QUEUED, cost=None, approved=20)
        Job.objects.filter(pk=images[1].job_id).update(state=State.HELD, cost=None, approved=20)
        assert experiments.figures(experiment) == Figures(spent=14, open=20, budget=None, images=1, runs=1)

    def test_another_members_experiment_tells_nothing(
        self, experiment: Experiment, member: MakeMember
    ) -> None:
        Experiment.objects.filter(pk=experiment.pk).update(budget=1)
        assert experiments.passing(member(), experiment.pk, least=9, most=9) == ""
        assert experiments.passing(member(), None, least=9, most=9) == ""


class TestComposer:
    def test_a_closed_one_is_not_offered_and_a_new_one_begins_after_it(
        self, as_ada: Client, ada: Member, experiment: Experiment
    ) -> None:
        offered = f'<option value="{experiment.pk}"'
        assert offered in as_ada.get("/").content.decode()
        experiments.close(experiment, "Done.")
        assert offered not in as_ada.get("/").content.decode()
        form = ComposerForm({**RECIPE, "template": "a dune", "experiment": str(experiment.pk)}, member=ada)
        assert form.is_valid()
        assert form.recipe().experiment_id is None

    def test_the_warning_stands_under_the_prompt(self, as_ada: Client, experiment: Experiment) -> None:
        Experiment.objects.filter(pk=experiment.pk).update(budget=43)
        sent = {**RECIPE, "template": "a dune", "experiment": str(experiment.pk)}
        shown = as_ada.post("/composer/estimate", sent).content.decode()
        assert "the experiment’s budget: 42 of 43 credits spent." in shown


def test_values_under_one_name_come_together_in_order() -> None:
    one = [{"label": "light", "values": ["dusk", "dawn"]}, {"label": "fog", "values": ["", "fog"]}]
    two = [{"label": "light", "values": ["dawn", "noon"]}]
    assert [(axis.name, axis.values) for axis in varied([one, two])] == [
        ("light", ("dusk", "dawn", "noon")),
        ("fog", ("–", "fog")),
    ]
