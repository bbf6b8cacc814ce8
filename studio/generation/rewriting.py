"""A run as the composer's fields again: as it was written, with its styles and axes (A21, A35)."""

from studio.generation import axesform, sizes
from studio.generation.models import Run


def fields_of(run: Run) -> dict[str, str]:
    """Return the fields that ask for what a run asked for; what is random is drawn anew."""
    styles = {"styles": " ".join(map(str, run.styles))} if run.styles else {}
    return {
        "template": run.template,
        **sizes.fields(run.width, run.height),
        "each": str(run.each),
        **styles,
        **{name: str(value) for name, value in run.parameters.items()},
        **axesform.fields_of_run(run.axes),
    }
