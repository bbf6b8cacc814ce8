"""Charts drawn on the server: SVG laid out in per cent, so that no script and no style attribute is needed.

Each is drawn with a table of the same figures (components/chart.html). Asks no database and knows no room.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, log10
from typing import Protocol

from django import template
from django.utils.formats import date_format
from django.utils.safestring import SafeString

register = template.Library()
PLOT, GAP = 86.0, 0.3  # per cent of the height that columns may fill, share of a column that is air
STEPS = (1, 2, 2.5, 4, 5, 10)


class Spent(Protocol):
    """A day and the credits spent in it."""

    @property
    def day(self) -> date: ...
    @property
    def spent(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A day's column: where it stands, its words, whether its day is written below."""

    x: str
    y: str
    width: str
    height: str
    day: date
    figure: int
    at: str
    anchor: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line across at a round figure."""

    y: str
    figure: int


@register.inclusion_tag("components/chart.html")
def spend_chart(days: Sequence[Spent], label: str) -> dict[str, object]:
    """Draw what was spent by day, oldest first; label says the same in words."""
    top = round_up(max((one.spent for one in days), default=0))
    lines = [Line(y=f"{PLOT * (1 - part):.2f}", figure=round(top * part)) for part in (0, 0.5, 1)]
    columns = [_column(days, number, top) for number in range(len(days))]
    return {"columns": columns, "lines": lines, "label": label, "days": days[::-1]}


@register.simple_tag
def spark(values: Sequence[int]) -> SafeString:
    """Draw a course without figures; the table beside it says them."""
    low, high = min(values, default=0), max(values, default=0)
    steps = max(len(values) - 1, 1)
    points = " ".join(
        f"{number / steps * 96:.1f},{22 - (value - low) / max(high - low, 1) * 20:.1f}"
        for number, value in enumerate(values)
    )
    return SafeString(
        '<svg class="spark" viewBox="0 0 96 24" preserveAspectRatio="none" aria-hidden="true">'
        f'<polyline points="{points}"/></svg>'
    )


def round_up(figure: int) -> int:
    """Return the next round figure, at least 10."""
    if figure <= 10:
        return 10
    tens: int = 10 ** int(log10(figure))
    return ceil(next(step * tens for step in STEPS if step * tens >= figure))


def _column(days: Sequence[Spent], number: int, top: int) -> Column:
    width, last = 100 / len(days), len(days) - 1
    figure = max(days[number].spent, 0)
    height = figure / top * PLOT
    at, anchor = f"{number * width + width / 2:.2f}", "middle"
    if number in {0, last}:
        at, anchor = ("0", "start") if number == 0 else ("100", "end")
    marked = number == last or (number % 7 == 0 and last - number >= 4)  # the last day's words need room
    return Column(
        x=f"{number * width + width * GAP / 2:.2f}",
        y=f"{PLOT - height:.2f}",
        width=f"{width * (1 - GAP):.2f}",
        height=f"{max(height - 0.35, 0.3):.2f}",
        day=days[number].day,
        figure=figure,
        at=at,
        anchor=anchor,
        label=date_format(days[number].day, "j M") if marked else "",
    )
