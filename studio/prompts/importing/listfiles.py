"""Word lists of an uploaded file: .txt, .yaml, .yml, .json, or a .zip of those."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

from studio.prompts.exporting.listfiles import DESCRIPTIONS
from studio.prompts.faults import Fault
from studio.prompts.importing import trees
from studio.prompts.importing.archive import members
from studio.prompts.importing.decoding import Unreadable, decoded
from studio.prompts.importing.found import FoundList, Reading
from studio.prompts.importing.treelists import lists_of
from studio.prompts.listcheck import MOST_BYTES, faults_of
from studio.prompts.naming import fault_of, tidied

ENDINGS = (".txt", ".yaml", ".yml", ".json")
MOST_PACKED = 5_000_000  # bytes of a ZIP as it is uploaded


def read(data: bytes, file_name: str) -> Reading[FoundList]:
    """Return every list of a file, checked as if it were typed. Never raises for what is in a file (A7)."""
    try:
        if file_name.lower().endswith(".zip"):
            return _checked(_of_zip(data))
        return _checked(_of_file(data, file_name, file_name))
    except Unreadable as error:
        return Reading(faults=(replace(error.fault, file=error.fault.file or file_name),))


def _of_zip(data: bytes) -> Reading[FoundList]:
    if len(data) > MOST_PACKED:
        raise Unreadable(Fault(sentence=f"The ZIP is larger than {MOST_PACKED:,} bytes. Split it."))
    found, faults, notes, told = list[FoundList](), list[Fault](), list[str](), dict[str, str]()
    for member in members(data, endings=ENDINGS):
        if member.fault:
            faults.append(member.fault)
            continue
        if member.path == DESCRIPTIONS:
            told = _descriptions(member.data)
            continue
        try:
            reading = _of_file(member.data, member.path, member.path)
        except Unreadable as error:
            faults.append(replace(error.fault, file=member.path))
            continue
        found += reading.found
        notes += reading.notes
    described = tuple(replace(one, description=told.get(one.name, "")) for one in found)
    return Reading(found=described, faults=tuple(faults), notes=tuple(notes))


def _of_file(data: bytes, path: str, file: str) -> Reading[FoundList]:
    """Return the lists of one file that is no archive. Raises Unreadable."""
    stem, dot, ending = path.rpartition(".")
    ending = f"{dot}{ending}".lower() if dot else ""
    if ending not in ENDINGS:
        kinds = ", ".join(ENDINGS)
        sentence = f"“{ending or path}” is no kind of file that holds word lists. Choose {kinds} or .zip."
        raise Unreadable(Fault(sentence=sentence))
    if len(data) > MOST_BYTES:
        raise Unreadable(Fault(sentence=f"The file is larger than {MOST_BYTES:,} bytes. Split it."))
    text = decoded(data)
    found = READERS[ending](text.text, file, stem)
    return Reading(found=tuple(found), notes=(f"{file}: {text.note}",) if text.note else ())


def _plain(text: str, file: str, name: str) -> list[FoundList]:
    return [FoundList(name=name, text=text.rstrip("\n"), file=file)]


def _yaml(text: str, file: str, name: str) -> list[FoundList]:
    return lists_of(trees.of_yaml(text), file=file, top=name.rpartition("/")[2])


def _json(text: str, file: str, name: str) -> list[FoundList]:
    return lists_of(trees.of_json(text), file=file, top=name.rpartition("/")[2])


READERS: dict[str, Callable[[str, str, str], list[FoundList]]] = {
    ".txt": _plain, ".yaml": _yaml, ".yml": _yaml, ".json": _json,
}  # fmt: skip


def _descriptions(data: bytes) -> dict[str, str]:
    """Read what our own archives say of each list; from another hand it may be anything."""
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    pairs = told.items() if isinstance(told, dict) else ()
    return {name: text[:500] for name, text in pairs if isinstance(text, str) and "\0" not in text}


def _checked(reading: Reading[FoundList]) -> Reading[FoundList]:
    return replace(reading, found=tuple(_once(_named(one) for one in reading.found)))


def _named(one: FoundList) -> FoundList:
    """Give a list a name that can be typed, and say so; check its text."""
    name = tidied(one.name)
    wrong = fault_of(name)
    notes = (
        one.notes if name == one.name else (*one.notes, f"“{one.name}” can’t be typed; it becomes “{name}”.")
    )
    typed = [_at(fault, one) for fault in faults_of(one.text)]
    faults = [*one.faults, *([Fault(sentence=wrong)] if wrong else []), *typed]
    told = tuple(replace(fault, file=one.file) for fault in faults)
    return replace(one, name=name or one.name, notes=notes, faults=told)


def _at(fault: Fault, one: FoundList) -> Fault:
    """Say where a fault of a list's text is in the file that the text was read out of."""
    if not fault.line or not one.lines:
        return fault
    inside = f"Entry {fault.line}, character {fault.character}: " if fault.character else ""
    return Fault(sentence=f"{inside}{fault.sentence}", line=one.lines[fault.line - 1])


def _once(found: Iterator[FoundList]) -> Iterator[FoundList]:
    """Keep the first list of a name; a later one is told, not lost silently."""
    seen: dict[str, FoundList] = {}
    for one in found:
        if first := seen.get(one.name):
            sentence = f"{first.file or 'The file'} has a list of this name already. Rename one of them."
            one = replace(one, faults=(*one.faults, Fault(sentence=sentence, file=one.file)))
        else:
            seen[one.name] = one
        yield one
