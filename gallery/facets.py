"""What a search could be narrowed by, with how many each would leave (C4).

Of everything the counts are the kept tallies: exact, and read in one query. Within a search they are counted
over its newest `SAMPLED` images, and say “+” where there are more. Another's private image is in neither.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format

from gallery import sides, tokens
from gallery.known import Known
from gallery.models import Card, Status
from gallery.query import Field, Query
from gallery.search import Search
from studio.accounts.models.project import GENERAL
from studio.generation.capabilities import current
from studio.generation.models import Experiment
from studio.generation.sizes import SHAPES, SIZES, named

SAMPLED = 1_000
MOST = 12  # values of a facet
KEPT = "msgrzqdcbtp"  # kinds that are read of everything


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value of a facet: its name, how many it would leave, where that is shown."""

    text: str
    count: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A facet with its values, the most frequent first or in their own order."""

    name: str
    choices: tuple[Choice, ...]


def of(asked: Search) -> list[Facet]:
    """Return the facets of a search. One query for the counts, and one each for the names they need."""
    known, more = asked.known, ""
    if asked.everything:
        known.read(KEPT + "a")
        counts: Mapping[str, Mapping[str, int]] = {kind: known.kind(kind) for kind in KEPT}
    else:
        counts, full = _sampled(asked)
        more = "+" if full else ""
    found = [
        Facet(name=name, choices=tuple(_choices(asked.query, field, values(counts, known), more)))
        for name, field, values in FACETS
    ]
    return [facet for facet in found if facet.choices]


def _sampled(asked: Search) -> tuple[Mapping[str, Mapping[str, int]], bool]:
    ids = asked.ids(None, SAMPLED)
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in KEPT + "e"}
    for facets in Card.objects.filter(pk__in=ids).values_list("facets", flat=True):
        for token in facets.split():
            if token[1] in counts:
                counts[token[1]][token[2:]] += 1
    return counts, len(ids) == SAMPLED


def _choices(query: Query, field: str, values: Iterable[tuple[str, str, int]], more: str) -> Iterable[Choice]:
    now = next((one for one in query.fields if one.name == field and not one.minus), None)
    for text, value, count in values:
        here = (now is not None and not now.sign and now.values == (value,)) or _same(now, field, value)
        href = sides.without(query, now) if here and now else _with(query, now, field, value)
        yield Choice(text=text, count=f"{count:,}{more}", href=sides.address(href), current=bool(here))


def _same(now: Field | None, field: str, value: str) -> bool:
    return now is not None and sides.said(field, now.sign + ",".join(now.values)) == sides.said(field, value)


def _with(query: Query, now: Field | None, field: str, value: str) -> str:
    """Return a search with a field, in place of the one of that name that it has."""
    rest = sides.without(query, now) if now and field not in {"tag", "board"} else query.text
    return f"{rest} {sides.said(field, value)}".strip()


type Counts = Mapping[str, Mapping[str, int]]
type Values = list[tuple[str, str, int]]


def _members(counts: Counts, known: Known) -> Values:
    found = [(one.name, sides.by(one, known), counts["m"].get(one.id, 0)) for one in known.people]
    return _top(found)


def _statuses(counts: Counts, known: Known) -> Values:
    found = [(str(status.label), str(status.value), counts["s"].get(status.value, 0)) for status in Status]
    return [one for one in found if one[2]]


def _ratings(counts: Counts, known: Known) -> Values:
    stars = [
        (f"{least} and more", f">={least}", sum(n for g, n in counts["g"].items() if int(g) >= least * 10))
        for least in (5, 4, 3, 2, 1)
    ]
    return [one for one in stars if one[2]]


def _ratios(counts: Counts, known: Known) -> Values:
    return _top((shape.label, shape.label, counts["r"].get(name, 0)) for name, shape in SHAPES.items())


def _sizes(counts: Counts, known: Known) -> Values:
    found: Counter[str] = Counter()
    for sides_, count in counts["z"].items():
        size = named(*map(int, sides_.split("x")))
        found[size[1].name if size else sides_] += count
    labels = {name: size.label for name, size in SIZES.items()}
    return _top((labels.get(name, name.replace("x", " × ")), name, count) for name, count in found.items())


def _qualities(counts: Counts, known: Known) -> Values:
    quality = current().parameter("quality")
    labels = dict(quality.choices or {}) if quality else {}
    return _top((str(labels.get(name, name)), name, count) for name, count in counts["q"].items() if name)


def _dates(counts: Counts, known: Known) -> Values:
    months = sorted((one for one in counts["d"] if len(one) == 6), reverse=True)
    return [
        (date_format(date(int(one[:4]), int(one[4:]), 1), "F Y"), f"{one[:4]}-{one[4:]}", counts["d"][one])
        for one in months[:MOST]
    ]


def _costs(counts: Counts, known: Known) -> Values:
    found = sorted((int(one), count) for one, count in counts["c"].items())
    return [(f"{cost} credits", str(cost), count) for cost, count in found if count][:MOST]


def _boards(counts: Counts, known: Known) -> Values:
    return _top((one.name, one.name, counts["b"].get(one.id, 0)) for one in known.boards)


def _tags(counts: Counts, known: Known) -> Values:
    most = dict(sorted(counts["t"].items(), key=lambda one: -one[1])[:MOST])
    names = {one.id: one.name for one in known.tags} if most else {}
    return _top((names[pk], names[pk], count) for pk, count in most.items() if pk in names)


def _projects(counts: Counts, known: Known) -> Values:
    """Return the projects that the member may open, and what is of none; nothing where all is of none."""
    there = counts["p"]
    if there.keys() <= {tokens.GENERAL}:
        return []
    found = [(one.name, one.name, there.get(one.id, 0)) for one in known.projects]
    return _top([(GENERAL, GENERAL, there.get(tokens.GENERAL, 0)), *found])


def _experiments(counts: Counts, known: Known) -> Values:
    """Return the member's own experiments, the last used first: others' names are theirs."""
    own = (
        Experiment.objects.filter(member=known.member).order_by("-used_at").values_list("pk", "title")[:MOST]
    )
    some = {pk.hex[:16]: (pk.hex, title) for pk, title in own}
    there = counts.get("e") or known.tallied("e", some)
    return [(some[pk][1], some[pk][0], there[pk]) for pk in some if there.get(pk)]


def _top(found: Iterable[tuple[str, str, int]]) -> Values:
    return sorted((one for one in found if one[2] > 0), key=lambda one: -one[2])[:MOST]


FACETS = (
    ("Status", "status", _statuses),
    ("Rating", "rating", _ratings),
    ("Member", "by", _members),
    ("Project", "project", _projects),
    ("Board", "board", _boards),
    ("Tag", "tag", _tags),
    ("Experiment", "experiment", _experiments),
    ("Date", "date", _dates),
    ("Ratio", "ratio", _ratios),
    ("Size", "size", _sizes),
    ("Quality", "quality", _qualities),
    ("Cost", "cost", _costs),
)
