"""Links that open the form filled: the recipe stands in the address and nowhere else (A35).

Nothing is kept, spent or made by opening one. What belongs to a person (who sees it, experiment, time) and
any key stays out; what makes no sense in a link is left out as it is read.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from studio.generation import axesform, drafts, rewriting, sizes
from studio.generation.models import Image, Run
from studio.prompts import grammar

PERSONAL = frozenset({"visibility", "experiment", "goes_on", "parted", "background", "when", "clock"})
MOST_LINK = 30_000  # characters; servers in between may take fewer
EMPTY = frozenset({"", "0"})


class TooLongForALink(Exception):
    """The recipe does not fit into an address; the text is a sentence for the person."""


def link(fields: Mapping[str, str]) -> str:
    """Return the address of these fields of the composer. Raises TooLongForALink."""
    kept = {name: text for name, text in fields.items() if name not in PERSONAL and text not in EMPTY}
    address = f"{reverse('recipe')}?{urlencode(kept)}"
    if len(address) > MOST_LINK:
        raise TooLongForALink(
            "This prompt is too long for a link. Save it in the library, and share its name there."
        )
    return address


def fields_of(asked: QueryDict) -> dict[str, str]:
    """Return the composer's fields out of an address or a form, as text of bounded length."""
    fields = {name: text for name, text in drafts.fields_of(asked).items() if name not in PERSONAL}
    if "styles" in asked:
        fields["styles"] = " ".join(asked.getlist("styles"))[: drafts.MOST_OF_STYLES]
    return fields | axesform.fields_of(asked)


def of_image(image: Image) -> str:
    """Return the link to an image's own recipe, "" where it does not fit."""
    job = image.job
    fields = {"template": grammar.escape(job.prompt), **sizes.fields(job.width, job.height)}
    return _or_none({**fields, "quality": job.quality, "each": "1"})


def of_run(run: Run) -> str:
    """Return the link to what a run asked for, as it was written, "" where it does not fit."""
    return _or_none(rewriting.fields_of(run))


def _or_none(fields: Mapping[str, str]) -> str:
    try:
        return link(fields)
    except TooLongForALink:
        return ""
