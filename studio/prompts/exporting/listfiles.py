"""Word lists as .txt, .yaml, .json and .zip, as sd-dynamic-prompts reads them.

Text and ZIP keep all that was typed, comments among it; YAML and JSON keep the entries. A ZIP is a
wildcards folder: a text file a list; the descriptions lie in a hidden folder, which that tool passes by.
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from studio.prompts.listtext import entries_of, spoken

DESCRIPTIONS = ".library/descriptions.json"

type Tree = dict[str, "Tree | list[str]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A list as it is exported."""

    name: str
    text: str
    description: str = ""


def as_txt(shelf: Shelf) -> bytes:
    """Return a list's text as it was typed, with a line end at its end."""
    return f"{shelf.text}\n".encode() if shelf.text else b""


def as_json(shelves: Sequence[Shelf]) -> bytes:
    """Return the entries of all lists, folders as nested objects."""
    return (json.dumps(tree_of(shelves), ensure_ascii=False, indent=2) + "\n").encode()


def as_yaml(shelves: Sequence[Shelf]) -> bytes:
    """Return the entries of all lists, folders as nested mappings; every text in double quotes."""
    tree = tree_of(shelves)
    return ("\n".join(_lines(tree, 0)) + "\n" if tree else "{}\n").encode()


def as_zip(shelves: Sequence[Shelf], now: datetime) -> bytes:
    """Return an archive of text files, and of what is said of each list."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for shelf in shelves:
            archive.writestr(_info(f"{shelf.name}.txt", now), as_txt(shelf))
        told = {shelf.name: shelf.description for shelf in shelves if shelf.description}
        archive.writestr(_info(DESCRIPTIONS, now), json.dumps(told, ensure_ascii=False, indent=2))
    return packed.getvalue()


def tree_of(shelves: Sequence[Shelf]) -> Tree:
    """Return folders within folders. A list that has the name of a folder keeps its inner names flat."""
    names = {shelf.name for shelf in shelves}
    tree: Tree = {}
    for shelf in shelves:
        entries = [spoken(entry) for entry in entries_of(shelf.text)]
        folder, path = tree, _path(shelf.name, names)
        for part in path[:-1]:
            inner = folder.setdefault(part, {})
            assert isinstance(inner, dict)  # no list has the name of a folder here
            folder = inner
        folder[path[-1]] = entries
    return tree


def _path(name: str, names: set[str]) -> list[str]:
    """Part a name at each "/" before which no list ends."""
    path, done = list[str](), ""
    for part in name.split("/"):
        if done and done in names:
            path[-1] = f"{path[-1]}/{part}"
        else:
            path.append(part)
        done = f"{done}/{part}" if done else part
    return path


def _lines(tree: Mapping[str, "Tree | list[str]"], depth: int) -> list[str]:
    lines, indent = list[str](), "  " * depth
    for name, inner in tree.items():
        if not inner:
            lines.append(f"{indent}{_quoted(name)}: []")
            continue
        lines.append(f"{indent}{_quoted(name)}:")
        if isinstance(inner, dict):
            lines += _lines(inner, depth + 1)
        else:
            lines += [f"{indent}  - {_quoted(entry)}" for entry in inner]
    return lines


def _quoted(text: str) -> str:
    """Write a text as YAML's double-quoted scalar: JSON's escapes are among YAML's; those of C1 are added."""
    plain = json.dumps(text, ensure_ascii=False)
    return "".join(f"\\u{ord(one):04x}" if _odd(one) else one for one in plain)


def _odd(character: str) -> bool:
    return "\x7f" <= character <= "\x9f" or character in "\u2028\u2029\ufeff\ufffe\uffff"


def _info(path: str, now: datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, now.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info
