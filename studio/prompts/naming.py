"""What a word list may be called: a name that can be typed between two double underscores. Pure."""

import re
import unicodedata

MOST_CHARACTERS = 80  # as the language reads them
PART = re.compile(r"[\w .-]+")
OTHER = re.compile(r"[^\w .-]+")
ONLY_DOTS = re.compile(r"[. ]+")


def fault_of(name: str) -> str:
    """Return a sentence that says what is wrong with a name, "" for a good one."""
    if not name.strip():
        return "A list needs a name."
    if len(name) > MOST_CHARACTERS:
        return f"The name has {len(name)} characters; {MOST_CHARACTERS} are the most."
    if "__" in name or name.startswith("_") or name.endswith("_"):
        return "A name has no underscore at its ends, nor two together: those end it in a prompt."
    if found := OTHER.search(name.replace("/", "")):
        return f"The name has “{found[0][0]}”. Use letters, digits, spaces, _ - . and / for folders."
    if any(not part or part != part.strip() or ONLY_DOTS.fullmatch(part) for part in name.split("/")):
        return "Each folder and the list itself need a name of their own, without spaces at its ends."
    return ""


def tidied(name: str) -> str:
    """Return the nearest good name, "" where nothing is left of it."""
    parts = (_tidied(part) for part in unicodedata.normalize("NFC", name).replace("\\", "/").split("/"))
    return "/".join(part for part in parts if part)[:MOST_CHARACTERS].strip("_ /")


def _tidied(part: str) -> str:
    part = re.sub(r"_{2,}", "_", OTHER.sub("-", part)).strip("_ ")
    return "" if ONLY_DOTS.fullmatch(part) else part
