"""What the provider can do, as a record: the form draws a control for each parameter in it (A2).

Nothing else decides which fields exist: Doitong documents no seed, negative prompt or
number of images, so no such field appears anywhere. A parameter added here appears in
the form, is kept in the recipe and checked, with no change to a template.
"""

from collections.abc import Mapping
from dataclasses import dataclass

LEAST_SIDE, MOST_SIDE = 64, 4096  # S35: the studio's own bounds, in pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One thing that may be chosen beside prompt and size.

    With `choices` (value to label) it is one of them; without, a whole number in [least, most].
    """

    name: str
    label: str
    choices: Mapping[str, str] | None = None
    least: int = 0
    most: int = 2**31 - 1
    default: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A text-to-image service: its name, and the parameters that it really has."""

    name: str
    service: str
    parameters: tuple[Parameter, ...]

    def parameter(self, name: str) -> Parameter | None:
        """Return the parameter of that name, if the provider has it."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)


DOITONG = Provider(
    name="Doitong",
    service="flux-krea",
    parameters=(
        Parameter(  # S26: one example documents "high"; the others are ours
            name="quality",
            label="Quality",
            choices={"draft": "Draft", "standard": "Standard", "high": "High"},
            default="standard",
        ),
    ),
)


def current() -> Provider:
    """Return the provider that this studio speaks to."""
    return DOITONG
