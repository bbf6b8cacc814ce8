"""Figures and how they are told: a middle, a high end, and how many times the floor. Pure."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median, quantiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured thing. `times` is p50 divided by the p50 of the floor named in `floor`."""

    name: str
    unit: str
    p50: float
    p95: float | None = None
    times: float | None = None
    floor: str = ""
    rounds: int = 1


def spread(name: str, values: Sequence[float], *, unit: str = "ms", floor: Figure | None = None) -> Figure:
    """Make a figure of several measured values, beside a floor where there is one."""
    middle = median(values)
    high = quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else None
    return Figure(
        name=name,
        unit=unit,
        p50=middle,
        p95=high,
        times=middle / floor.p50 if floor and floor.p50 else None,
        floor=floor.name if floor else "",
        rounds=len(values),
    )


def single(name: str, value: float, *, unit: str, floor: Figure | None = None) -> Figure:
    """Make a figure of one measured value."""
    times = value / floor.p50 if floor and floor.p50 else None
    return Figure(name=name, unit=unit, p50=value, times=times, floor=floor.name if floor else "")


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as lines for a terminal."""
    width = max(len(figure.name) for figure in figures)
    head = f"{'':<{width}}  {'p50':>9}  {'p95':>9}  {'':<14}  x floor"
    return "\n".join([head, *(_line(figure, width) for figure in figures)])


def _line(figure: Figure, width: int) -> str:
    high = "" if figure.p95 is None else f"{figure.p95:,.2f}"
    times = "" if figure.times is None else f"{figure.times:,.1f}"
    return f"{figure.name:<{width}}  {figure.p50:>9,.2f}  {high:>9}  {figure.unit:<14}  {times:>7}".rstrip()


def as_json(figures: Sequence[Figure]) -> str:
    """Return the figures for a program."""
    return json.dumps([asdict(figure) for figure in figures], indent=1)
