"""A word list gets another name: what asks for it by the old one asks for the new one, all at once (A7).

Other lists and styles are changed, of a saved prompt a new version is made with a note. What was written is
changed in the name alone. Globs stay as they are; older versions stay, and are told where a label is on one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F

from studio.accounts.models import Member
from studio.prompts import keeping, listcheck, saved, stylecheck
from studio.prompts.grammar import MOST_CHARACTERS
from studio.prompts.listtext import needs_of
from studio.prompts.mentions import NAME, mentioned
from studio.prompts.models import PRESENT, PromptLabel, PromptVersion, Style, WordList

MOST_OF_NOTE = 300  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What was changed, by name; what was not, being too long then or changed by somebody meanwhile.

    And the labels that are on older versions of saved prompts: these go on asking for the old name.
    """

    changed: tuple[str, ...]
    left: tuple[str, ...]
    behind: tuple[str, ...]


def renamed(text: str, former: str, name: str) -> str:
    """Return a text that asks for a list by its new name wherever it asked by the old one; globs stay."""

    def follow(found: Any) -> str:
        if found[2] is None or found[2].strip() != former:
            return str(found[0])
        begin, end = (place - found.start() for place in found.span(2))
        return f"{found[0][:begin]}{found[2].replace(former, name)}{found[0][end:]}"

    return NAME.sub(follow, text)


@transaction.atomic
def follow(former: str, name: str, member: Member) -> Followed:
    """Have all that asks for a list by its former name ask for it by the new one."""
    done = [*_kept(former, name, member), *_saved(former, name, member)]
    return Followed(
        changed=tuple(one for one, was in done if was),
        left=tuple(one for one, was in done if not was),
        behind=tuple(_behind(former)),
    )


def _kept(former: str, name: str, member: Member) -> Iterator[tuple[str, bool]]:
    """Change lists and styles; yield the name of each, and whether it was changed."""
    for kind in (WordList, Style):
        for row in kind.objects.filter(PRESENT).exclude(needs=[]):
            if former in row.needs:
                yield str(row), _changed(row, renamed(row.text, former, name), member)


def _changed(row: WordList | Style, text: str, member: Member) -> bool:
    if isinstance(row, WordList):
        fits, more = not listcheck.faults_of(text), {"needs": needs_of(text), "size": len(text)}
    else:
        fits, more = not stylecheck.faults_of(name=row.name, text=text), {"needs": mentioned(text)}
    try:
        return fits and bool(keeping.change(row, member, row.revision, text=text, **more))
    except keeping.ChangedMeanwhile:
        return False


def _saved(former: str, name: str, member: Member) -> Iterator[tuple[str, bool]]:
    """Make a version of each saved prompt whose newest one asks; yield its name, and whether it was made."""
    newest = PromptVersion.objects.filter(number=F("prompt__latest"), prompt__deleted_at=None)
    for version in newest.exclude(needs=[]).select_related("prompt"):
        if former not in version.needs:
            continue
        template = renamed(version.template, former, name)
        fits = len(template) <= MOST_CHARACTERS and not listcheck.fault_of(template)
        if fits:
            note = f"The word list “{former}” is called “{name}” now."[:MOST_OF_NOTE]
            saved.add_version(version.prompt, member, template=template, note=note, fields=version.fields)
        yield version.prompt.name, fits


def _behind(former: str) -> Iterator[str]:
    """Yield the labels that are on older versions, which go on asking for the former name."""
    labels = PromptLabel.objects.filter(version__number__lt=F("prompt__latest"), prompt__deleted_at=None)
    for label in labels.select_related("prompt", "version"):
        if former in label.version.needs:
            yield f"“{label.name}” of {label.prompt.name}"
