"""What a button does to the prompt that is being written: words in, lists flattened, saved, undone.

From what was posted to what the form says next; nothing typed is lost on the way.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse

from studio.accounts.models import Member
from studio.generation import drafts, recipelinks
from studio.generation.forms import MOST_DRAWS, ComposerForm, StylesField
from studio.prompts import flattening, styles
from studio.prompts import saved as library
from studio.prompts.grammar import PromptError
from studio.prompts.keeping import NotKept
from studio.prompts.models import PromptVersion
from studio.prompts.styles import UnknownStyle
from studio.prompts.wordlists import team_lists

MOST_OF_NAME, MOST_OF_NOTE = 120, 300  # characters
NOT_KEPT = frozenset({"template", "version"}) | recipelinks.PERSONAL


class CannotSave(ValueError):
    """A prompt that is not saved; the text is a sentence for the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was written before it was flattened: for the way back."""

    template: str
    styles: str
    flat: str


def with_words(posted: QueryDict) -> QueryDict:
    """Return the form with the pressed button's words at the end of the prompt."""
    words, template = posted.get("insert", "").strip(), posted.get("template", "").rstrip()
    joint = "" if not template else " " if words.startswith("__") or template.endswith(",") else ", "
    return _changed(posted, template=f"{template}{joint}{words}")


def flattened(posted: QueryDict) -> QueryDict:
    """Return the form with its styles and word lists written out; as it is where they cannot be (A19)."""
    template, chosen = posted.get("template", ""), posted.getlist("styles")
    try:
        in_styles = styles.get(StylesField(required=False).clean(chosen) or ())
        flat = flattening.flat(styles.apply(in_styles, template), team_lists())
    except (PromptError, UnknownStyle, ValidationError):
        return posted
    before = {"before-template": template, "before-styles": " ".join(chosen), "before-flat": flat}
    return _changed(posted, template=flat, styles=[], **before)


def restored(posted: QueryDict) -> QueryDict:
    """Return the form as it was before it was flattened; as it is where it was not."""
    before = before_of(posted)
    if before is None:
        return posted
    return _changed(posted, template=before.template, styles=before.styles.split(), **{"before-flat": ""})


def before_of(posted: QueryDict) -> Before | None:
    """Return what was written before, while the prompt still is what flattening made of it."""
    flat = posted.get("before-flat", "")
    if not flat or posted.get("template", "").replace("\r\n", "\n") != flat.replace("\r\n", "\n"):
        return None
    return Before(
        template=posted.get("before-template", ""), styles=posted.get("before-styles", ""), flat=flat
    )


def drawn_anew(posted: QueryDict) -> QueryDict:
    """Return the form with another draw for what is random in its prompt."""
    return _changed(posted, draw=str(new_draw()))


def new_draw() -> int:
    """Return a number that random parts are drawn with."""
    return secrets.randbelow(MOST_DRAWS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a button did, in a sentence, and where it can be looked at; `href` and `link` "" for nowhere."""

    text: str
    href: str = ""
    link: str = ""


def saved(member: Member, posted: QueryDict) -> tuple[QueryDict, Said]:
    """Save the prompt; return the form, which is of that version now, and what to say (A20).

    Raises CannotSave.
    """
    form = ComposerForm(posted, member=member)
    form.is_valid()
    if "template" in form.errors:
        raise CannotSave(str(form.errors["template"][0]))
    template, fields = form.cleaned_data["template"], _kept(posted)
    note = posted.get("save-note", "").strip()[:MOST_OF_NOTE]
    of = library.version(form.cleaned_data["version"]) if form.cleaned_data.get("version") else None
    if posted.get("save-as") == "version" and of is not None:
        made = library.add_version(of.prompt, member, template=template, note=note, fields=fields)
    else:
        name = _name(posted)
        try:
            made = library.create(member, name=name, template=template, note=note, fields=fields)
        except NotKept as error:
            raise CannotSave(error.sentence) from None
    return _changed(posted, version=str(made.pk)), _told(made)


def _told(made: PromptVersion) -> Said:
    """Say what was saved, with the way to what changed since the version before."""
    text = f"Saved “{made.prompt.name}”, version {made.number}."
    page = reverse("library_prompt", args=[made.prompt_id])
    if made.number == 1:
        return Said(text=text, href=page, link="Open it")
    return Said(text=text, href=f"{page}?a={made.number - 1}&b={made.number}#compare", link="What changed")


def _name(posted: QueryDict) -> str:
    name = " ".join(posted.get("save-name", "").split())
    if not name:
        raise CannotSave("Give the prompt a name to save it under.")
    if len(name) > MOST_OF_NAME:
        raise CannotSave(f"A name may have {MOST_OF_NAME} characters; this one has {len(name)}.")
    return name


def _kept(posted: QueryDict) -> dict[str, Any]:
    fields = drafts.fields_of({**posted.dict(), "styles": " ".join(posted.getlist("styles"))})
    return {name: value for name, value in fields.items() if name not in NOT_KEPT and value}


def _changed(posted: QueryDict, **fields: str | list[str]) -> QueryDict:
    changed = posted.copy()
    for name, value in fields.items():
        changed.setlist(name, value if isinstance(value, list) else [value])
    return changed
