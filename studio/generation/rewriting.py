"""A run as the composer's fields again: as it was written, with its styles and axes (A21, A35).

Runs keep what varied by its labels; here they become what was typed or ticked for them.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from studio.generation import sizes
from studio.generation.axes import OWN, Kind
from studio.generation.axisreading import NO_STYLE
from studio.generation.capabilities import current
from studio.generation.models import Run
from studio.generation.sizes import SHAPES, SIZES
from studio.prompts import saved


def fields_of(run: Run) -> dict[str, str]:
    """Return the fields that ask for what a run asked for; of a random part's draw, a new one is made."""
    styles = {"styles": " ".join(map(str, run.styles))} if run.styles else {}
    return {
        "template": run.template,
        **sizes.fields(run.width, run.height),
        "each": str(run.each),
        **styles,
        **{name: str(value) for name, value in run.parameters.items()},
        **_axes(run),
    }


def _axes(run: Run) -> dict[str, str]:
    asked = [axis for axis in run.axes if axis["kind"] not in OWN]
    return {
        f"axis-{number}-{name}": text
        for number, axis in enumerate(asked)
        for name, text in (("kind", axis["kind"]), *_typed(axis).items())
    }


def _typed(axis: Mapping[str, Any]) -> dict[str, str]:
    """Return the word and the values of one axis, as the form reads them."""
    labels, rows = axis["values"], axis.get("rows", [])
    match Kind(axis["kind"]):
        case Kind.REPLACE:
            return {"word": axis["label"], "values": "\n".join(labels)}
        case Kind.LIST:
            return {"word": "", "values": axis["label"]}
        case Kind.STYLE:
            return {"word": "", "values": "\n".join(row or NO_STYLE for row in rows)}
        case Kind.SIZE:
            return {"word": "", "values": "\n".join(dict.fromkeys(_size(label) for label in labels))}
        case Kind.QUALITY:
            return {"word": "", "values": "\n".join(_quality(label) for label in labels)}
        case Kind.VERSION:
            return _version(rows)
    return {}


def _size(label: str) -> str:
    """Return what was ticked for “3:2 at 1K”, or the pixels of “640 × 480”."""
    names = {shape.label: shape.name for shape in SHAPES.values()}
    names |= {size.label: size.name for size in SIZES.values()}
    parts = label.split(" at ")
    if all(part in names for part in parts):
        return "\n".join(names[part] for part in parts)
    return label.replace(" × ", "x")


def _quality(label: str) -> str:
    parameter = current().parameter("quality")
    known = parameter.choices if parameter and parameter.choices else {}
    return next((value for value, name in known.items() if name == label), label)


def _version(rows: list[str]) -> dict[str, str]:
    versions = [version for row in rows if (version := saved.version(UUID(row)))]
    numbers = ", ".join(str(version.number) for version in versions)
    return {"word": str(versions[0].prompt_id) if versions else "", "values": numbers}
