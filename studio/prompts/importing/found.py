"""What was found in an uploaded file: lists, and what could not be read. Values only."""

from dataclasses import dataclass, field

from studio.prompts.faults import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundList:
    """A word list of a file, as it would be kept."""

    name: str
    text: str
    file: str = ""
    description: str = ""
    lines: tuple[int, ...] = ()  # of a YAML or JSON file: where each line of the text stands in it, 0 unknown
    faults: tuple[Fault, ...] = ()  # while there are some, it is not taken
    notes: tuple[str, ...] = ()  # what was made of it on the way


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundStyle:
    """A style of a file, as it would be kept."""

    name: str
    text: str
    negative: str = ""
    category: str = ""
    order: int = 0
    sample: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    line: int = 0
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading[T]:
    """All that a file holds, what of it could not be read at all, and what to know of it."""

    found: tuple[T, ...] = ()
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
