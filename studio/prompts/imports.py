"""From an uploaded file to the library: what would be new, changed or the same, and doing it.

Nothing is changed before a person has seen the preview. It is made anew from the database each time, so
that what a colleague did meanwhile is in it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from studio.accounts.models import Event, Member, Verb
from studio.prompts import samples
from studio.prompts.faults import Fault
from studio.prompts.importing import listfiles, stylefiles
from studio.prompts.importing.found import FoundList, Reading
from studio.prompts.listcheck import circle_of
from studio.prompts.listtext import entries_of, needs_of
from studio.prompts.mentions import mentioned
from studio.prompts.models import PRESENT, Style, Upload, WordList
from studio.prompts.sampleid import sample_id

KEPT_FOR = timedelta(days=1)
MOST_BYTES = {"lists": listfiles.MOST_PACKED, "styles": stylefiles.MOST_BYTES}
READERS: dict[str, Callable[[bytes, str], Reading[Any]]] = {
    "lists": listfiles.read,
    "styles": stylefiles.read,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing of a file beside what the library has of its name."""

    name: str
    state: str  # "new", "changed", "same" or "unreadable"
    detail: str = ""  # "12 entries, 3 new and 1 gone"
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """All that an import would do."""

    items: tuple[Item, ...]
    faults: tuple[str, ...]
    notes: tuple[str, ...]

    def count(self, state: str) -> int:
        """Return how many items are in a state."""
        return sum(item.state == state for item in self.items)

    @property
    def counts(self) -> dict[str, int]:
        """How many items are in each state."""
        return {state: self.count(state) for state in ("new", "changed", "same", "unreadable")}


def receive(member: Member, kind: str, file: "UploadedFile[Any]") -> Upload:
    """Read a file and keep what was found in it for a preview; what is older than a day goes."""
    name = (file.name or "file")[-200:]
    if (file.size or 0) > MOST_BYTES[kind]:
        sentence = f"The file is larger than {MOST_BYTES[kind]:,} bytes. Split it, and import the parts."
        reading: Reading[Any] = Reading(faults=(Fault(sentence=sentence, file=name),))
    else:
        reading = READERS[kind](file.read(), name)
    Upload.objects.filter(made_at__lt=timezone.now() - KEPT_FOR).delete()
    return Upload.objects.create(
        member=member, kind=kind, name=name.replace("\0", ""), found=_stored(reading)
    )


def preview(upload: Upload) -> Preview:
    """Return what importing it would do now; two queries at most."""
    items = _list_items(upload) if upload.kind == "lists" else _style_items(upload)
    found = upload.found
    return Preview(items=tuple(items), faults=tuple(found["faults"]), notes=tuple(found["notes"]))


@transaction.atomic
def take(
    upload: Upload, member: Member, *, replace: bool, only: Collection[str] | None = None
) -> dict[str, int]:
    """Take the new ones in, and with `replace` the changed ones; `only` names those that were chosen.

    Returns how many were made and how many were changed.
    """
    wanted = {"new", "changed"} if replace else {"new"}
    names = {item.name for item in preview(upload).items if item.state in wanted}
    names &= names if only is None else set(only)
    write = _write_lists if upload.kind == "lists" else _write_styles
    done = write([one for one in upload.found["found"] if one["name"] in names and not one["faults"]], member)
    Event.note(Verb.LIBRARY_IMPORTED, who=member, subject=upload.name, kind=upload.kind, **done)
    upload.delete()
    return done


def _stored(reading: Reading[Any]) -> dict[str, Any]:
    found = [{**asdict(one), "faults": [str(fault) for fault in one.faults]} for one in reading.found]
    return {
        "found": _plain(found),
        "faults": _plain([str(fault) for fault in reading.faults]),
        "notes": _plain(list(reading.notes)),
    }


def _plain(value: Any) -> Any:
    """Return the value without what no database keeps as text: a person still reads the sentence."""
    if isinstance(value, str):
        return value.replace("\0", "�").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_plain(key): _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _list_items(upload: Upload) -> list[Item]:
    found = [
        FoundList(**{**one, "faults": (), "notes": tuple(one["notes"])}) for one in upload.found["found"]
    ]
    faults = {place: tuple(one["faults"]) for place, one in enumerate(upload.found["found"])}
    rows = dict(WordList.objects.filter(PRESENT).values_list("name", "needs"))
    names = [one.name for one in found]
    texts = {row.name: row for row in WordList.objects.filter(PRESENT, name__in=names)}
    needs = rows | {one.name: needs_of(one.text) for place, one in enumerate(found) if not faults[place]}
    return [
        _list_item(one, texts.get(one.name), faults[place] or _circle(one.name, needs))
        for place, one in enumerate(found)
    ]


def _circle(name: str, needs: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    chain = circle_of(name, needs) if needs[name] else ()
    return (f"These lists ask for each other in a circle: {' → '.join(chain)}.",) if chain else ()


def _list_item(one: FoundList, row: WordList | None, faults: tuple[str, ...]) -> Item:
    entries = entries_of(one.text)
    count = f"{len(entries):,} entr{'y' if len(entries) == 1 else 'ies'}"
    if faults:
        return Item(name=one.name, state="unreadable", detail=count, faults=faults, notes=one.notes)
    if row is None:
        return Item(name=one.name, state="new", detail=count, notes=one.notes)
    told = one.description in {"", row.description}
    if row.text == one.text and told:
        return Item(name=one.name, state="same", detail=count, notes=one.notes)
    ours, theirs = set(entries_of(row.text)), set(entries)
    change = f"{count}, {len(theirs - ours):,} new and {len(ours - theirs):,} gone"
    return Item(name=one.name, state="changed", detail=change, notes=one.notes)


def _style_items(upload: Upload) -> list[Item]:
    names = [one["name"] for one in upload.found["found"]]
    rows = {style.name: style for style in Style.objects.filter(PRESENT, name__in=names)}
    return [_style_item(one, rows.get(one["name"])) for one in upload.found["found"]]


def _style_item(one: dict[str, Any], row: Style | None) -> Item:
    notes, detail = tuple(one["notes"]), one["text"][:120]
    if one["faults"]:
        return Item(
            name=one["name"], state="unreadable", detail=detail, faults=tuple(one["faults"]), notes=notes
        )
    if row is None:
        return Item(name=one["name"], state="new", detail=detail, notes=notes)
    changed = [what for what, value in _style_values(one, row).items() if getattr(row, what) != value]
    words = {"text": "words", "negative": "note for other tools", "extra": "other columns"}
    told = "Other " + ", ".join(words.get(what, what) for what in changed)
    return Item(name=one["name"], state="changed" if changed else "same", detail=told if changed else detail)


def _style_values(one: dict[str, Any], row: Style | None) -> dict[str, Any]:
    """Return what a style of a file sets: a file without categories leaves those that we have."""
    values: dict[str, Any] = {"text": one["text"], "negative": one["negative"]}
    values["extra"] = (row.extra if row else {}) | one["extra"]
    optional = {"category": one["category"], "order": one["order"], "sample": sample_id(one["sample"])}
    return values | {what: value for what, value in optional.items() if value or row is None}


def _write_lists(found: Sequence[dict[str, Any]], member: Member) -> dict[str, int]:
    rows = {
        row.name: row for row in WordList.objects.filter(PRESENT, name__in=[one["name"] for one in found])
    }
    made, changed = list[WordList](), list[WordList]()
    for one in found:
        row = rows.get(one["name"]) or WordList(name=one["name"], made_by=member)
        text = row.text = one["text"]
        row.count, row.size, row.needs = len(entries_of(text)), len(text), needs_of(text)
        row.description = one["description"] or row.description
        (changed if one["name"] in rows else made).append(_touched(row, member))
    WordList.objects.bulk_create(made)
    WordList.objects.bulk_update(changed, [*TOUCHED, "text", "count", "size", "needs", "description"], 100)
    return {"made": len(made), "changed": len(changed)}


def _write_styles(found: Sequence[dict[str, Any]], member: Member) -> dict[str, int]:
    rows = {row.name: row for row in Style.objects.filter(PRESENT, name__in=[one["name"] for one in found])}
    seen = samples.find(member, [UUID(str(pk)) for one in found if (pk := sample_id(one["sample"]))])
    made, changed = list[Style](), list[Style]()
    for one in found:
        row = rows.get(one["name"]) or Style(name=one["name"], made_by=member)
        for what, value in _style_values(one, rows.get(one["name"])).items():
            setattr(row, what, value if what != "sample" or value in seen else row.sample)
        row.needs = mentioned(row.text)
        (changed if one["name"] in rows else made).append(_touched(row, member))
    Style.objects.bulk_create(made)
    fields = ["text", "negative", "extra", "category", "order", "sample", "needs"]
    Style.objects.bulk_update(changed, [*TOUCHED, *fields], 100)
    return {"made": len(made), "changed": len(changed)}


TOUCHED = ("changed_by", "changed_at", "revision")


def _touched[K: (WordList, Style)](row: K, member: Member) -> K:
    row.changed_by, row.changed_at = member, timezone.now()
    row.revision += 1
    return row
