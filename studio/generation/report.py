"""An experiment's page put together, which prints as a report of one page (A30)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils import timezone

from studio.generation import cards, experiments
from studio.generation.experimentform import AskForm, ConclusionForm
from studio.generation.models import Experiment, Finding, Image, Run
from studio.generation.states import State
from studio.generation.tiles import ALT_CHARACTERS, label
from studio.prompts.expansion import Piece, outline
from studio.templatetags.look import credits_

RUNS_LISTED = 50
IMAGES_OFFERED = 60  # newest first, to choose findings from
PRINTED = 12  # findings that fit on one page


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """A run in a line: its prompt, how far, what it cost."""

    href: str
    prompt: tuple[Piece, ...]
    when: str
    done: str
    spent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image that may be chosen, or was: where it is seen, and what tells it from the others."""

    uuid: str
    href: str
    src: str
    alt: str
    name: str
    meta: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Varied:
    """What was varied under one name, over all the runs."""

    name: str
    values: tuple[str, ...]


def page(
    experiment: Experiment, *, ask: AskForm | None = None, conclusion: ConclusionForm | None = None
) -> dict[str, Any]:
    """Return what templates/generation/report.html reads; forms where one came back with a mistake."""
    runs = _runs(experiment)
    found = [row.image for row in _findings(experiment)]
    newest = _newest(experiment)
    chosen = {image.pk for image in found}
    return {
        "experiment": experiment,
        "figures": experiments.figures(experiment),
        "ask": ask or AskForm(initial=_initial(experiment)),
        "conclusion": conclusion or ConclusionForm(initial={"conclusion": experiment.conclusion}),
        "editing": ask is not None or not experiment.question,
        "base": outline(runs[-1].template) if runs else (),
        "axes": varied([run.axes for run in reversed(runs)]),
        "runs": [_line(run) for run in runs],
        "findings": [_picture(image, chosen) for image in found],
        "beyond": max(0, len(found) - PRINTED),
        "offered": [_picture(image, chosen) for image in newest],
    }


def varied(axes: Sequence[Sequence[Mapping[str, Any]]]) -> list[Varied]:
    """Return what some runs varied: values under the same name come together, in the order they came."""
    together: dict[str, dict[str, None]] = {}
    for axis in (axis for run in axes for axis in run):
        together.setdefault(str(axis["label"]), {}).update(dict.fromkeys(map(str, axis["values"])))
    return [
        Varied(name=name, values=tuple(value or "–" for value in values)) for name, values in together.items()
    ]


def _initial(experiment: Experiment) -> dict[str, Any]:
    return {"title": experiment.title, "question": experiment.question, "budget": experiment.budget}


def _runs(experiment: Experiment) -> list[Any]:
    """Return the newest runs with their counts, newest first. One query."""
    runs = Run.objects.filter(experiment=experiment).annotate(
        total=Count("jobs"),
        done=Count("jobs", filter=Q(jobs__state=State.DONE)),
        spent=Sum("jobs__cost", default=0) + Sum("jobs__charged_late", default=0),
    )
    return list(runs.order_by("-created_at")[:RUNS_LISTED].fetch_mode(models.FETCH_RAISE))


def _findings(experiment: Experiment) -> list[Finding]:
    rows = Finding.objects.filter(experiment=experiment, image__deleted_at=None).select_related("image__job")
    return list(rows.fetch_mode(models.FETCH_RAISE))


def _newest(experiment: Experiment) -> list[Image]:
    images = Image.objects.filter(job__run__experiment=experiment, deleted_at=None).select_related("job")
    return list(images.order_by("-pk")[:IMAGES_OFFERED].fetch_mode(models.FETCH_RAISE))


def _line(run: Any) -> RunLine:
    return RunLine(
        href=reverse("run", args=[run.pk]),
        prompt=outline(run.template),
        when=cards.when(run.created_at, timezone.now()),
        done=f"{run.done} of {run.total}",
        spent=credits_(run.spent),
    )


def _picture(image: Image, chosen: set[int]) -> Picture:
    return Picture(
        uuid=str(image.uuid),
        href=reverse("image", args=[image.uuid]),
        src=image.shown(512),
        alt=image.prompt[:ALT_CHARACTERS],
        name=label(image.job),
        meta=credits_(image.cost),
        chosen=image.pk in chosen,
    )
