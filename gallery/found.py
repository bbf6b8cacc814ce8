"""What was found, beside the pictures: which of them answer their experiment's question, and why (A30).

Experiments are whoever's asked for them: of a colleague's images there is nothing to write here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import QueryDict

from studio.accounts.models import Member
from studio.generation import experiments
from studio.generation.experimentform import MOST_OF_CONCLUSION, Sentence
from studio.generation.models import Experiment, Finding, Image


class FoundForm(forms.Form):
    """Which of some images answer an experiment's question, and why; a closed one keeps its sentence."""

    image = forms.TypedMultipleChoiceField(required=False, coerce=UUID)
    why = Sentence(
        label="Why",
        max_length=MOST_OF_CONCLUSION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Write one sentence about what was found out, then close it."},
    )

    def __init__(
        self,
        experiment: Experiment,
        posted: QueryDict | None = None,
        *,
        images: Sequence[Image] = (),
        initial: dict[str, str] | None = None,
    ) -> None:
        super().__init__(posted, initial=initial, auto_id=f"found-{experiment.pk.hex}-%s")
        self.experiment = experiment
        self.closes = posted is not None and "close" in posted
        image, why = self.fields["image"], self.fields["why"]
        assert isinstance(image, forms.TypedMultipleChoiceField)
        image.choices = [(str(one.uuid), "") for one in images]
        why.required = self.closes or experiment.closed_at is not None

    @property
    def ticked(self) -> set[UUID]:
        """Return what is ticked in a form that came back, without what is no id of an image shown."""
        return set(self.cleaned_data.get("image", ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One of the images that are compared: its letter, and whether it is a finding."""

    letter: str
    image: Image
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An experiment of the member's, its images among those compared, and what is written about them."""

    experiment: Experiment
    marks: tuple[Mark, ...]
    form: FoundForm


def cards(
    member: Member, images: Sequence[Image], letters: str, typed: FoundForm | None = None
) -> list[Found]:
    """Return a card for each experiment of the member's among some images. Two queries for any number.

    `typed` is the form that came back with a mistake.
    """
    own = {image.job.run.experiment_id for image in images if image.job.run.member_id == member.pk}
    if not own:
        return []
    found = Finding.objects.filter(image__in=[image.pk for image in images])
    chosen = set(found.values_list("image__uuid", flat=True))
    rows = Experiment.objects.filter(pk__in=own, member=member).order_by("created_at", "pk")
    return [_card(row, list(zip(letters, images, strict=False)), chosen, typed) for row in rows]


def keep(images: Sequence[Image], form: FoundForm) -> str:
    """Keep what a valid form says of the images shown; return what was done, in a sentence."""
    experiment = form.experiment
    experiments.find(experiment, [image.uuid for image in images], form.ticked)
    if form.closes:
        experiments.close(experiment, form.cleaned_data["why"])
        return f"“{experiment.title}” is closed. It can be opened again at any time."
    experiments.note(experiment, form.cleaned_data["why"])
    return "Kept with the experiment."


def _card(
    experiment: Experiment, lettered: Sequence[tuple[str, Image]], chosen: set[UUID], typed: FoundForm | None
) -> Found:
    form = FoundForm(experiment, initial={"why": experiment.conclusion})
    if typed is not None and typed.experiment == experiment:
        form, chosen = typed, typed.ticked
    of = [(letter, one) for letter, one in lettered if one.job.run.experiment_id == experiment.pk]
    marks = tuple(Mark(letter=letter, image=one, chosen=one.uuid in chosen) for letter, one in of)
    return Found(experiment=experiment, marks=marks, form=form)
