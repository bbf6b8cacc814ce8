"""Styles of an uploaded file: A1111's styles.csv, InvokeAI's CSV and JSON, a spreadsheet, our own JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from studio.prompts.faults import Fault
from studio.prompts.importing.decoding import Decoded, Unreadable, decoded
from studio.prompts.importing.found import FoundStyle, Reading
from studio.prompts.importing.table import Row, rows_of
from studio.prompts.importing.trees import Branch, Leaf, Node, of_json
from studio.prompts.stylecheck import faults_of

MOST_BYTES = 1_000_000
MOST_STYLES = 5_000
WORDS = ("prompt", "positive_prompt", "text")  # A1111 and InvokeAI; InvokeAI's JSON; A1111 of old
OWN = {"name", "negative_prompt", "category", "order", "sample"}


def read(data: bytes, file_name: str) -> Reading[FoundStyle]:
    """Return every style of a file, checked as if it were typed. Never raises for what is in it (A18)."""
    try:
        if len(data) > MOST_BYTES:
            raise Unreadable(Fault(sentence=f"The file is larger than {MOST_BYTES:,} bytes. Split it."))
        return _read(data, file_name)
    except Unreadable as error:
        return Reading(faults=(replace(error.fault, file=file_name),))


def _read(data: bytes, file_name: str) -> Reading[FoundStyle]:
    ending = file_name.lower().rpartition(".")[2]
    if ending not in {"csv", "json"}:
        sentence = f"“{file_name}” is no kind of file that holds styles. Choose a .csv or a .json."
        raise Unreadable(Fault(sentence=sentence))
    text = decoded(data, keep_ends=ending == "csv")
    rows = rows_of(text.text) if ending == "csv" else _objects(of_json(text.text))
    styles = [_style(row) for row in _bounded(rows)]
    return Reading(found=tuple(_once(styles)), notes=_notes(text))


def _notes(text: Decoded) -> tuple[str, ...]:
    return (text.note,) if text.note else ()


def _bounded(rows: Iterator[Row]) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number == MOST_STYLES:
            sentence = f"The file has more than {MOST_STYLES:,} styles. Split it."
            raise Unreadable(Fault(sentence=sentence, line=row.line))
        yield row


def _objects(tree: Node | None) -> Iterator[Row]:
    """Yield the objects of a JSON list as rows. Raises Unreadable for any other JSON."""
    if not isinstance(tree, Branch) or tree.keys is not None:
        sentence = "This is no list of styles: [{“name”: …, “prompt”: …, “negative_prompt”: …}, …]."
        raise Unreadable(Fault(sentence=sentence))
    for number, node in enumerate(tree.nodes, 1):
        if not isinstance(node, Branch) or node.keys is None:
            yield Row(cells={}, fault=f"Style {number} is no object with a name and a prompt.")
            continue
        inner = dict(zip(node.keys, node.nodes, strict=True))
        cells = {key: value.text for key, value in inner.items() if isinstance(value, Leaf)}
        odd = next((key for key, value in inner.items() if isinstance(value, Branch)), "")
        yield Row(cells=cells, fault=f"Style {number}: “{odd[:40]}” is no text." if odd else "")


def _style(row: Row) -> FoundStyle:
    cells = row.cells
    words = next((cells[name] for name in WORDS if name in cells), "")
    order, name = cells.get("order", ""), cells.get("name", "").strip()
    style = FoundStyle(
        name=name, text=words, negative=cells.get("negative_prompt", ""), category=cells.get("category", ""),
        order=int(order) if order.isascii() and order.isdigit() and len(order) < 10 else 0,
        sample=cells.get("sample", ""), extra=_extra(cells), line=row.line,
    )  # fmt: skip
    wrong = [Fault(sentence=row.fault)] if row.fault else _wrong(style)
    return replace(style, faults=tuple(replace(fault, line=row.line, character=0) for fault in wrong))


def _extra(cells: Mapping[str, str]) -> dict[str, str]:
    """Return what no column of ours holds: it is kept, and goes out again."""
    used = next((name for name in WORDS if name in cells), "")
    return {key: text for key, text in cells.items() if text and key not in OWN and key != used}


def _wrong(style: FoundStyle) -> list[Fault]:
    """Check a style; a fault within its words says their line and character in its sentence."""
    found = faults_of(name=style.name, text=style.text, negative=style.negative, category=style.category)
    found += [Fault(sentence="It holds what is no character of a text.")] if _unkeepable(style.extra) else []
    return [Fault(sentence=f"{_within(fault)}{fault.sentence}") for fault in found]


def _within(fault: Fault) -> str:
    if not fault.character:
        return ""
    line = f" of its line {fault.line}" if fault.line else ""
    return f"In the style’s words, at character {fault.character}{line}: "


def _unkeepable(extra: Mapping[str, str]) -> bool:
    """Tell of what no database keeps as text: a null character, half of a surrogate pair."""
    letters = (character for text in (*extra, *extra.values()) for character in text)
    return any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in letters)


def _once(styles: list[FoundStyle]) -> Iterator[FoundStyle]:
    """Keep the last style of a name, as A1111 does; of the others say so."""
    last = {style.name: place for place, style in enumerate(styles)}
    for place, style in enumerate(styles):
        if last[style.name] == place or style.faults:
            yield style
            continue
        sentence = f"A later style is named “{style.name}” too, and counts instead."
        yield replace(style, faults=(Fault(sentence=sentence, line=style.line),))
