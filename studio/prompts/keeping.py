"""Make, change, set aside and bring back what the library holds, with a line in the audit trail for each.

The only writer of word lists, styles, chips and of a saved prompt's name; versions are made by
`studio.prompts.saved`. Two people who change one thing at once are told, and nobody's words are lost.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from studio.accounts.models import Event, Member, Verb
from studio.prompts.models import PRESENT, Chip, Kept, SavedPrompt, Style, WordList

KINDS: dict[str, type[Kept]] = {"lists": WordList, "styles": Style, "prompts": SavedPrompt, "chips": Chip}
WORDS: dict[type[Kept], str] = {
    WordList: "word list", Style: "style", SavedPrompt: "saved prompt", Chip: "chip",
}  # fmt: skip


class NotKept(Exception):
    """Something was not saved; `sentence` tells a person why. Nothing was changed."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NameTaken(NotKept):
    """Another one has the name already."""

    def __init__(self, kind: type[Kept], name: str) -> None:
        super().__init__(f"There is a {WORDS[kind]} “{name}” already. Choose another name.")


class ChangedMeanwhile(NotKept):
    """Somebody else saved it since it was opened."""

    def __init__(self, row: Kept) -> None:
        who = row.changed_by.name if row.changed_by else "The studio"
        done = "deleted" if row.deleted_at else "changed"
        super().__init__(
            f"{who} {done} it while you wrote. Yours is still here: copy what you need, then open it again."
        )
        self.row = row


def make[K: Kept](kind: type[K], member: Member, **fields: Any) -> K:
    """Return a new one. Raises NameTaken."""
    row = kind(made_by=member, changed_by=member, **fields)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _note(Verb.LIBRARY_CREATED, row, member)
    except IntegrityError:
        raise NameTaken(kind, str(row)) from None
    return row


def change[K: Kept](row: K, member: Member, revision: int, **fields: Any) -> K:
    """Save new values over the revision that was opened. Raises NameTaken, ChangedMeanwhile."""
    kind = type(row)
    values = {"changed_by": member, "changed_at": timezone.now(), "revision": F("revision") + 1, **fields}
    try:
        with transaction.atomic():
            rows = kind._default_manager.filter(PRESENT, pk=row.pk, revision=revision)
            if not rows.update(**values):
                raise ChangedMeanwhile(_fresh(row))
            fresh = _fresh(row)
            _note(Verb.LIBRARY_CHANGED, fresh, member)
    except IntegrityError:
        raise NameTaken(kind, str(fields.get("name", row))) from None
    return fresh


@transaction.atomic
def delete(row: Kept, member: Member) -> bool:
    """Set one aside; tell whether it was there."""
    gone = {"deleted_at": timezone.now(), "deleted_by": member, "revision": F("revision") + 1}
    if not type(row)._default_manager.filter(PRESENT, pk=row.pk).update(**gone):
        return False
    _note(Verb.LIBRARY_DELETED, row, member)
    return True


def restore(row: Kept, member: Member) -> bool:
    """Bring one back; tell whether it was gone. Raises NameTaken where its name was given away."""
    kind = type(row)
    back = {"deleted_at": None, "deleted_by": None, "revision": F("revision") + 1}
    try:
        with transaction.atomic():
            if not kind._default_manager.filter(~PRESENT, pk=row.pk).update(**back):
                return False
            _note(Verb.LIBRARY_RESTORED, row, member)
    except IntegrityError:
        raise NameTaken(kind, str(row)) from None
    return True


def _fresh[K: Kept](row: K) -> K:
    return type(row)._default_manager.select_related("changed_by").get(pk=row.pk)


def _note(verb: Verb, row: Kept, member: Member) -> None:
    Event.note(verb, who=member, subject=row.pk, kind=WORDS[type(row)], name=str(row))
