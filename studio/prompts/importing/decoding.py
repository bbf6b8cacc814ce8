"""Make text of a file's bytes: by its byte order mark, else as UTF-8, else as Windows-1252, and say so."""

import codecs
from dataclasses import dataclass

from studio.prompts.faults import Fault

MARKS = (  # longer ones first: UTF-32's begins as UTF-16's does
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MARK = "\ufeff"
FALLBACK = "cp1252"
GUESSED = "It is no UTF-8, so it was read as Windows-1252. Look whether letters with accents are right."


class Unreadable(Exception):
    """A file that is no text, or no file of its kind: nothing of it is taken."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A file's text, every line ended by a line feed alone, and how it was read."""

    text: str
    encoding: str

    @property
    def note(self) -> str:
        """What a person should know of it, "" for nothing."""
        return GUESSED if self.encoding == FALLBACK else ""


def decoded(data: bytes, *, file: str = "", keep_ends: bool = False) -> Decoded:
    """Return the text; `keep_ends` leaves line ends as they are, which a CSV's cells may hold.

    Raises Unreadable for what is no text in any of these encodings.
    """
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), "")
    text, encoding = _read(data, encoding, file) if encoding else _guessed(data, file)
    text = text.lstrip(MARK)  # some tools write a mark before the mark
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise Unreadable(Fault(sentence="This is no text file: it holds null bytes.", file=file, line=line))
    if not keep_ends:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Decoded(text=text, encoding=encoding)


def _guessed(data: bytes, file: str) -> tuple[str, str]:
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _read(data, FALLBACK, file)


def _read(data: bytes, encoding: str, file: str) -> tuple[str, str]:
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        sentence = f"This is neither UTF-8 nor {encoding}. Save the file as UTF-8 and choose it again."
        raise Unreadable(Fault(sentence=sentence, file=file, line=line)) from None
