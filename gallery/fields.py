"""What a field asks for, as the tokens that would fit: any one of them is enough. Reads `Known` alone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

from django.utils import timezone

from gallery import colours, tokens
from gallery.facts import Named
from gallery.known import Known
from gallery.models import Status
from gallery.query import Field
from studio.accounts.models.project import GENERAL
from studio.generation.sizes import SHAPES, SIZES, named

MOST_NAMED = 12  # known values that a problem tells of


class Misread(ValueError):
    """A field says what cannot be; the text is a sentence for a person."""


def read(field: Field, known: Known) -> list[str]:
    """Return the tokens of which an image must have one. Raises Misread."""
    if field.sign and field.name not in COMPARED:
        raise Misread(f"“{field.name}:” is not compared: write {field.name}:{field.values[0]}.")
    if field.name in COMPARED:
        return COMPARED[field.name](field, known)
    reader = PLAIN[field.name]
    return [token for value in field.values for token in reader(value, known)]


def _by(value: str, known: Known) -> list[str]:
    if tokens.fold(value) in {"me", "mine"}:
        return [tokens.facet("m", known.me)]
    if hexed := _id(value):
        return [tokens.facet("m", hexed)]
    found = _called(value, known.makers)
    if not found:
        raise Misread(f"Nobody called “{value}” has made an image here that you may see.")
    return [tokens.facet("m", one.id) for one in found]


def _status(value: str, known: Known) -> list[str]:
    words = {tokens.plain(text): status for status in Status for text in (status.value, status.label)}
    status = words.get(tokens.plain(value))
    if status is None:
        raise Misread(f"There is no status “{value}”. There are {_list(one.value for one in Status)}.")
    return [tokens.facet("s", status.value)]


def _board(value: str, known: Known) -> list[str]:
    return _of("b", "board", value, known.boards)


def _tag(value: str, known: Known) -> list[str]:
    return _of("t", "tag", value, known.tags)


def _project(value: str, known: Known) -> list[str]:
    """Return the token of a project that the member may open: others' names are told to nobody."""
    if tokens.fold(value) == tokens.fold(GENERAL):
        return [tokens.facet("p", tokens.GENERAL)]
    found = [one for one in known.projects if one.id == _id(value)] or _called(value, known.projects)
    if not found:
        there = _list([GENERAL, *(one.name for one in known.projects)])
        raise Misread(f"You are in no project called “{value}”. There are {there}.")
    return [tokens.facet("p", one.id) for one in found]


def _of(kind: str, what: str, value: str, those: Sequence[Named]) -> list[str]:
    if hexed := _id(value):
        return [tokens.facet(kind, hexed)]
    found = _called(value, those)
    if not found:
        raise Misread(f"There is no {what} called “{value}”.")
    return [tokens.facet(kind, one.id) for one in found]


def _ratio(value: str, known: Known) -> list[str]:
    name = tokens.fold(value).replace(":", "x")
    if name in SHAPES:
        return [tokens.facet("r", name)]
    sides: dict[str, Callable[[float], bool]] = {
        "portrait": lambda ratio: ratio < 1,
        "landscape": lambda ratio: ratio > 1,
        "square": lambda ratio: ratio == 1,
    }
    if name not in sides:
        there = _list([*(shape.label for shape in SHAPES.values()), *sides])
        raise Misread(f"There is no ratio “{value}”. There are {there}.")
    return [tokens.facet("r", shape.name) for shape in SHAPES.values() if sides[name](shape.ratio)]


def _size(value: str, known: Known) -> list[str]:
    name = tokens.fold(value).replace("×", "x").replace(" ", "")
    wide, _, high = name.partition("x")
    if wide.isdigit() and high.isdigit():
        return [tokens.facet("z", name)]
    if name not in SIZES:
        raise Misread(
            f"There is no size “{value}”. There are {_list(SIZES)}, or sides in pixels: size:1024x768."
        )
    return [tokens.facet("z", sides) for sides in known.kind("z") if _size_of(sides) == name]


def _size_of(sides: str) -> str:
    wide, high = sides.split("x")
    found = named(int(wide), int(high))
    return found[1].name if found else ""


def _quality(value: str, known: Known) -> list[str]:
    name, there = tokens.plain(value), known.kind("q")
    if name not in there:
        raise Misread(f"No image has the quality “{value}”. There are {_list(one for one in there if one)}.")
    return [tokens.facet("q", name)]


def _colour(value: str, known: Known) -> list[str]:
    near = colours.near(value)
    if not near:
        raise Misread(f"“{value}” is no colour: write a name such as teal, or colour:#1d8a8a.")
    return known.those(near) or list(near[:1])


def _is(value: str, known: Known) -> list[str]:
    name = tokens.plain(value)
    own = {
        "mine": tokens.facet("m", known.me),
        "private": tokens.seen_by(known.me),
        "team": tokens.SEEN_BY_TEAM,
        "favourite": tokens.facet("f", known.me),
        "favorite": tokens.facet("f", known.me),
        "rated": tokens.facet("x", "rated"),
        "unrated": tokens.facet("x", "unrated"),
        "ratedbyme": tokens.facet("h", known.me),
        "commented": tokens.facet("x", "commented"),
    }
    if name in own:
        return [own[name]]
    if name in set(Status):
        return [tokens.facet("s", name)]
    raise Misread(f"“is:{value}” means nothing. There are {_list([*own, *Status.values], 20)}.")


def _short(kind: str) -> Callable[[str, Known], list[str]]:
    def read_id(value: str, _known: Known) -> list[str]:
        return [tokens.facet(kind, (_id(value) or "none")[: tokens.SHORT])]

    return read_id


def _cost(field: Field, known: Known) -> list[str]:
    return _numbers(field, "c", known.kind("c"), 1)


def _rating(field: Field, known: Known) -> list[str]:
    return _numbers(field, "g", known.kind("g"), 10)


def _numbers(field: Field, kind: str, there: Mapping[str, int], scale: int) -> list[str]:
    """Return the tokens of the known values that a field takes in; `rating:4` is 4 up to 5."""
    found = []
    for value in field.values:
        try:
            wanted = float(value.replace(",", ".")) * scale
        except ValueError:
            raise Misread(f"“{value}” is no number: write {field.name}:4, or {field.name}:>=4.") from None
        fits = _test(field.sign, wanted, wanted + (scale - 1 if wanted % scale == 0 else 0))
        found += [tokens.facet(kind, one) for one in there if fits(int(one))]
    return found or [tokens.facet(kind, "none")]


def _test(sign: str, low: float, high: float) -> Callable[[int], bool]:
    tests: dict[str, Callable[[int], bool]] = {
        "": lambda one: low <= one <= high,
        ">": lambda one: one > low,
        ">=": lambda one: one >= low,
        "<": lambda one: one < low,
        "<=": lambda one: one <= low,
    }
    return tests[sign]


def _date(field: Field, known: Known) -> list[str]:
    """Return the tokens of the years, months and days that a field takes in, each as large as fits."""
    years = sorted(int(one) for one in known.kind("d") if len(one) == 4)
    if not years:
        return [tokens.facet("d", "none")]
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    found: list[str] = []
    for value in field.values:
        start, end = _span(value)
        spans = {
            "": (start, end),
            ">": (end + timedelta(days=1), last),
            ">=": (start, last),
            "<": (first, start - timedelta(days=1)),
            "<=": (first, end),
        }
        low, high = spans[field.sign]
        found += _covering(max(low, first), min(high, last))
    return found or [tokens.facet("d", "none")]


def _span(value: str) -> tuple[date, date]:
    """Return the first and last day of what a value names. Raises Misread."""
    today = timezone.localdate()
    spoken = {
        "today": (today, today),
        "yesterday": (today - timedelta(days=1),) * 2,
        "week": (today - timedelta(days=6), today),
        "month": (today - timedelta(days=29), today),
    }
    if value.lower() in spoken:
        first, last = spoken[value.lower()]
        return first, last
    try:
        parts = [int(part) for part in value.split("-")]
        if not (1 <= len(parts) <= 3 and 1970 <= parts[0] <= 9_000):
            raise ValueError
        start = date(*[*parts, 1, 1][:3])
    except ValueError:
        raise Misread(
            f"“{value}” is no date: write date:2026, date:2026-11, date:2026-11-03 or date:today."
        ) from None
    return start, _last(start, len(parts))


def _last(start: date, parts: int) -> date:
    if parts == 3:
        return start
    following = (
        date(start.year + 1, 1, 1)
        if parts == 1 or start.month == 12
        else date(start.year, start.month + 1, 1)
    )
    return following - timedelta(days=1)


def _covering(day: date, end: date) -> list[str]:
    found = []
    while day <= end:
        for parts in (1, 2, 3):
            if (parts == 3 or day.day == 1) and (parts > 1 or day.month == 1) and _last(day, parts) <= end:
                found.append(tokens.days(day)[parts - 1])
                day = _last(day, parts) + timedelta(days=1)
                break
    return found


def _called(value: str, those: Sequence[Named]) -> list[Named]:
    """Return those of a name: exactly so, else one of whose words begins so."""
    asked = tokens.words(value)
    exact = [one for one in those if tokens.words(one.name) == asked]
    return exact or [one for one in those if asked and _begins(asked, tokens.words(one.name))]


def _begins(asked: list[str], name: list[str]) -> bool:
    return all(any(word.startswith(part) for word in name) for part in asked)


def _id(value: str) -> str:
    """Return the hex digits of a UUID or the digits of a number that stand for themselves, "" for a name."""
    plain = value.lower().removeprefix("urn:uuid:").strip("{}").replace("-", "")
    return plain if len(plain) == 32 and all(one in "0123456789abcdef" for one in plain) else ""


def _list(those: Iterable[str], most: int = MOST_NAMED) -> str:
    names = list(those)
    return ", ".join(names[:most]) + (" and more" if len(names) > most else "")


PLAIN: Mapping[str, Callable[[str, Known], list[str]]] = {
    "by": _by,
    "status": _status,
    "board": _board,
    "tag": _tag,
    "project": _project,
    "ratio": _ratio,
    "size": _size,
    "quality": _quality,
    "colour": _colour,
    "is": _is,
    "run": _short("n"),
    "experiment": _short("e"),
}
COMPARED: Mapping[str, Callable[[Field, Known], list[str]]] = {
    "cost": _cost,
    "rating": _rating,
    "date": _date,
}
