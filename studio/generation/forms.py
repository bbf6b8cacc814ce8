"""The composer's form: what a person typed becomes a frozen Recipe, or a clear sentence.

The live price and the press of Generate check the very same form. Which parameters it
asks for is the provider's capability record, not this file (A2).
"""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property

from studio import prepared
from studio.accounts.access import open_projects
from studio.accounts.fields import WholeField
from studio.accounts.models import Member, Project
from studio.generation import destinations
from studio.generation.axesform import AxesForm
from studio.generation.axisreading import Around
from studio.generation.capabilities import LEAST_SIDE, MOST_SIDE, Parameter, Provider, current
from studio.generation.following import Going, decided
from studio.generation.hiddenfields import HiddenId, HiddenNumber, HiddenWord
from studio.generation.later import EVENING, When, starts_at
from studio.generation.models import Experiment, Visibility
from studio.generation.promptfield import PromptField, place_in_box
from studio.generation.recipe import Recipe
from studio.generation.sizes import SHAPES, SIZES, dimensions
from studio.prompts.grammar import PromptError, parse
from studio.prompts.wordlists import team_lists

EACH = (1, 2, 3, 4)
EXPERIMENTS_OFFERED = 30
MOST_DRAWS = 2**31 - 1
NOT_THEIRS = "Nothing is spent in that project any more, or you are not in it. Choose another."
UNFIT = ("invalid_choice", "invalid", "required")
MEND = "Choose one of those that are shown."
CHOSEN = {
    "shape": "The shape",
    "size": "The size",
    "each": "How many of each",
    "visibility": "Who sees it",
    "when": "When it starts",
}
SIZE_PRICES = {"512": "10–20", "1k": "10–20", "2k": "30–50"}  # S28, S29: what is documented, in credits


def experiments_of(member: Member) -> list[Experiment]:
    """Return the experiments that a run may go to: the member's own open ones, the latest used first."""
    return _OFFERED(member=member.pk)


_OFFERED = prepared.Rows(
    lambda: Experiment.objects.filter(member=prepared.uuid("member"), closed_at=None).order_by("-used_at")[
        :EXPERIMENTS_OFFERED
    ]
)


class StylesField(forms.Field):
    """The team’s styles that were chosen, by id, in the order drawn; a draft keeps them parted by spaces."""

    widget = forms.SelectMultiple

    def prepare_value(self, value: Any) -> list[str]:
        """Return the ids as text."""
        return value.split() if isinstance(value, str) else [str(one) for one in value or ()]

    def to_python(self, value: Any) -> tuple[UUID, ...]:
        """Return the ids, each once; raises ValidationError where one is none."""
        try:
            return tuple(dict.fromkeys(UUID(one) for one in self.prepare_value(value)))
        except ValueError:
            raise ValidationError("That style is not there any more. Choose another.") from None


class ComposerForm(forms.Form):
    """Prompt, shape, size, images of each, what the provider has besides, and where it goes."""

    template = PromptField()
    shape = forms.ChoiceField(choices=[(shape.name, shape.label) for shape in SHAPES.values()], initial="3x2")
    size = forms.ChoiceField(
        choices=[(size.name, size.label) for size in SIZES.values()], initial="1k", widget=forms.RadioSelect
    )
    width = forms.CharField(required=False)
    height = forms.CharField(required=False)
    each = forms.TypedChoiceField(
        label="Of each", choices=[(n, str(n)) for n in EACH], coerce=int, initial=1, widget=forms.RadioSelect
    )
    visibility = forms.ChoiceField(
        label="Who sees it",
        choices=Visibility.choices,
        initial=Visibility.PRIVATE,
        widget=forms.RadioSelect,
    )
    experiment = forms.UUIDField(required=False)
    board = forms.UUIDField(required=False)
    project = forms.UUIDField(required=False)
    goes_on = HiddenId(required=False)  # as following.Going has it
    parted = forms.BooleanField(required=False, widget=forms.HiddenInput)
    when = forms.ChoiceField(
        label="When",
        choices=When.choices,
        initial=When.NOW,
        required=False,
        widget=forms.RadioSelect,
    )
    clock = forms.TimeField(
        label="Starts at",
        required=False,
        initial=EVENING,
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Write the time as 22:00."},
    )
    background = forms.BooleanField(label="Run in the background", required=False)
    styles = StylesField(label="Style", required=False)
    draw = HiddenNumber(min_value=0, max_value=MOST_DRAWS, required=False)
    version = HiddenId(required=False)  # of the saved prompt it was taken from
    confirm = forms.CharField(required=False, label="Number of images")
    more = forms.CharField(required=False)  # make more of what the team has already (A32)
    token = HiddenWord(r"\A[0-9a-f]{32}\Z", required=False)
    draft = HiddenId(required=False)

    def __init__(self, *args: Any, member: Member, provider: Provider | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.provider = provider or current()
        self.member = member
        self.fault: PromptError | None = None
        self.going = Going(experiment=None)
        self.axes = AxesForm(self.data if self.is_bound else self.initial)
        for parameter in self.provider.parameters:
            self.fields[parameter.name] = _field(parameter)
        for name, what in CHOSEN.items():
            field = self.fields[name]
            field.error_messages |= dict.fromkeys(UNFIT, f"{what} is not among the choices. {MEND}")
        for name in ("experiment", "board", "project"):
            self.fields[name].error_messages["invalid"] = (
                f"That {name} is not there any more. Choose another."
            )

    @property
    def parameters(self) -> list[forms.BoundField]:
        """Return a bound field for each parameter of the provider, for the template to draw."""
        return [self[parameter.name] for parameter in self.provider.parameters]

    @property
    def sizes(self) -> list[tuple[str, str, str]]:
        """Return name, label and documented credits of each size."""
        return [(size.name, size.label, SIZE_PRICES[size.name]) for size in SIZES.values()]

    def clean_template(self) -> str:
        """Refuse a template that cannot be read, at its character (A5)."""
        template: str = self.cleaned_data["template"]
        try:
            parse(template)
        except PromptError as error:
            self.fault = error
            raise ValidationError(error.sentence, code="syntax") from None
        return template

    def clean_experiment(self) -> UUID | None:
        """Take only an experiment of the member's own; after one that was closed a new one begins."""
        chosen: UUID | None = self.cleaned_data["experiment"]
        if chosen is None:
            return None
        found = Experiment.objects.filter(pk=chosen, member=self.member).values_list("closed_at").first()
        if found is None:
            raise ValidationError("That experiment is not there any more. Choose another.")
        return chosen if found == (None,) else None

    def clean_board(self) -> UUID | None:
        """Take only a place that is there to be chosen (A1)."""
        chosen: UUID | None = self.cleaned_data["board"]
        if chosen is not None and chosen not in {place.id for place in self.places}:
            raise ValidationError("That board is not there any more. Choose another.")
        return chosen

    def clean_project(self) -> UUID | None:
        """Take only a project that the member may spend in (E8)."""
        chosen: UUID | None = self.cleaned_data["project"]
        if chosen is not None and chosen not in {project.pk for project in self.projects}:
            raise ValidationError(NOT_THEIRS)
        return chosen

    @cached_property
    def experiments(self) -> list[Experiment]:
        """Return where the run may go, for a page that draws the choice. One query, once."""
        return experiments_of(self.member)

    @cached_property
    def projects(self) -> list[Project]:
        """Return what the run may be spent in besides General. One query, once."""
        return list(open_projects(self.member))

    @cached_property
    def places(self) -> list[destinations.Destination]:
        """Return where the images may go besides the wall. One query, once."""
        return destinations.of(self.member)

    def clean(self) -> dict[str, Any]:
        """Work out width and height together: a custom size wins over shape and size."""
        cleaned = super().clean() or self.cleaned_data
        wide, high = cleaned.get("width") or "", cleaned.get("height") or ""
        if wide or high:
            cleaned["width"], cleaned["height"] = self._side("width", wide), self._side("height", high)
        elif "shape" in cleaned and "size" in cleaned:
            shape, size = SHAPES[cleaned["shape"]], SIZES[cleaned["size"]]
            cleaned["width"], cleaned["height"] = dimensions(shape, size)
        self.going = self._going(cleaned)
        cleaned["experiment"] = self.going.experiment
        if "template" in cleaned and not self.axes.read(self._around(cleaned)):
            self.add_error(None, self.axes.errors[0])
        return cleaned

    def _going(self, cleaned: dict[str, Any]) -> Going:
        said = Going(
            experiment=cleaned.get("experiment"),
            goes_on=cleaned.get("goes_on"),
            parted=cleaned.get("parted", False),
        )
        return decided(self.member, said, cleaned["template"]) if "template" in cleaned else said

    def _around(self, cleaned: dict[str, Any]) -> Around:
        """Return what the axes are read against: a size in pixels has neither shape nor size (A12)."""
        named = not (self["width"].value() or self["height"].value())
        return Around(
            template=cleaned["template"],
            shape=SHAPES.get(cleaned.get("shape", "")) if named else None,
            size=SIZES.get(cleaned.get("size", "")) if named else None,
            lists=team_lists(),
            provider=self.provider,
        )

    def recipe(self) -> Recipe:
        """Return what was asked, of a valid form."""
        cleaned = self.cleaned_data
        return Recipe(
            template=cleaned["template"],
            width=cleaned["width"],
            height=cleaned["height"],
            each=cleaned["each"],
            parameters={
                parameter.name: str(cleaned[parameter.name])
                for parameter in self.provider.parameters
                if cleaned[parameter.name] not in {None, ""}
            },
            visibility=cleaned["visibility"],
            experiment_id=cleaned["experiment"],
            background=cleaned["background"],
            draw=cleaned["draw"] or 0,
            styles=cleaned["styles"],
            version_id=cleaned["version"],
            board_id=cleaned["board"],
            project_id=cleaned["project"],
            axes=self.axes.axes,
            starts_at=starts_at(cleaned["when"], cleaned["clock"], timezone.now()),
        )

    @property
    def moved(self) -> bool:
        """Say whether the next run goes elsewhere than the field of a checked form says."""
        return self.going.goes_on is not None and self.going.parted != self.cleaned_data.get("parted", False)

    def place(self, position: int) -> int:
        """Return where a character of the template stands in the box, as a browser counts."""
        return place_in_box(str(self["template"].value() or ""), position)

    @property
    def zone(self) -> str:
        """Return the name of the studio's time zone."""
        return settings.TIME_ZONE

    @property
    def is_later(self) -> bool:
        """Say whether anything but “now, with the others” is chosen: the page shows it unfolded then."""
        return bool(self["background"].value()) or self["when"].value() not in {None, "", When.NOW}

    def _side(self, name: str, typed: str) -> int:
        """Return a side in pixels; anything but a whole number in range is an error with its bounds (S35)."""
        side = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1
        if not LEAST_SIDE <= side <= MOST_SIDE:
            said = f"is “{typed[:20]}”" if typed else "is empty"
            self.add_error(
                name, f"{name.title()} {said}. Use a whole number from {LEAST_SIDE} to {MOST_SIDE} pixels."
            )
        return side


def _field(parameter: Parameter) -> forms.Field:
    if parameter.choices:
        return forms.ChoiceField(
            label=parameter.label,
            choices=list(parameter.choices.items()),
            initial=parameter.default,
            widget=forms.RadioSelect,
            error_messages=dict.fromkeys(UNFIT, f"{parameter.label} is not among the choices. {MEND}"),
        )
    return WholeField(
        label=parameter.label,
        min_value=parameter.least,
        max_value=parameter.most,
        initial=parameter.default or None,
        required=False,
    )
