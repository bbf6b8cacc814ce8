"""The few words that templates may say beside Django's own: icons, bars, figures, ratios, controls.

A builtin library (settings.TEMPLATES), so no template loads it. It may touch static/icons.svg and
the values it is given; it asks no database and knows no room.
"""

from collections.abc import Iterable
from functools import cache, lru_cache
from math import log, log10
from pathlib import Path
from typing import override
from xml.etree import ElementTree as ET

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.forms import BoundField, CheckboxInput, RadioSelect, Select, Textarea
from django.template.base import Parser, Token
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from studio.moulds import left_open

register = template.Library()
READABLE = 10**18
MOST_KEPT = 2_000  # parts that a process keeps as they were drawn
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

RATIOS = (
    *((1, 4), (1, 3), (9, 21), (1, 2), (9, 16), (5, 8), (2, 3), (3, 4), (4, 5), (8, 9), (1, 1)),
    *((9, 8), (5, 4), (4, 3), (3, 2), (8, 5), (16, 9), (2, 1), (21, 9), (3, 1), (4, 1)),
)
"""Width to height, each with a class in static/css/components/palette.css."""


class UnknownIconError(LookupError):
    """No such symbol in static/icons.svg: a slip in a template, told while it is drawn."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no icon “{name}” in static/icons.svg.")


@cache
def icon_names() -> frozenset[str]:
    """Return the names of all icons, read once from the sprite.

    Raises FileNotFoundError where the static files are not found.
    """
    found = finders.find("icons.svg")
    if not isinstance(found, str):
        raise FileNotFoundError("icons.svg")
    sprite = ET.fromstring(Path(found).read_bytes())  # noqa: S314, our own file
    return frozenset(symbol.attrib["id"] for symbol in sprite if "id" in symbol.attrib)


@register.simple_tag
@cache
def icon(name: str, css: str = "") -> SafeString:
    """Draw an icon of the sprite; more classes in css. Raises UnknownIconError.

    An icon says nothing to a screen reader: the word stands beside it, or in an aria-label.
    """
    if name not in icon_names():
        raise UnknownIconError(name)
    classes = f"i {css}" if css else "i"
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        classes,
        static("icons.svg"),
        name,
    )


@register.simple_tag
def kept(part: str, **given: str | int | bool) -> SafeString:
    """Draw a template that reads nothing but what it is given here; the same values are drawn once a process.

    For what every page has: no request is seen by it, no user and no token, and nothing may be in
    it that changes by itself, such as a time.
    """
    draw = _kept.__wrapped__ if settings.DEBUG else _kept
    return draw(part, settings.ROOT_URLCONF, **given)


@lru_cache(maxsize=MOST_KEPT, typed=True)  # what is safe to print is not the same as what is not
def _kept(part: str, _addresses: str, /, **given: str | int | bool) -> SafeString:
    return render_to_string(part, given)


class SlotNode(template.Node):
    """What differs from one answer to another: in a mould its place, else what it holds."""

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist

    @override
    def render(self, context: template.Context) -> SafeString:
        mark = left_open(self.nodelist, context)
        return self.nodelist.render(context) if mark is None else SafeString(mark)


@register.tag
def slot(parser: Parser, _token: Token) -> SlotNode:
    """Mark, up to {% endslot %}, what of a page is drawn anew for each answer (studio.moulds)."""
    nodelist = parser.parse(("endslot",))
    parser.delete_first_token()
    return SlotNode(nodelist)


@register.simple_tag
def here(page: str, *names: str) -> SafeString:
    """Mark a link of the navigation when the page shown, by its URL name, is one of these."""
    return SafeString(' aria-current="page"' if page in names else "")


@register.inclusion_tag("components/bar.html")
def bar(parts: Iterable[tuple[str, float]], label: str, css: str = "") -> dict[str, object]:
    """Draw parts, each (class, per cent), one behind the other. label says the same in words."""
    boxes: list[dict[str, str]] = []
    start = 0.0
    for fill, percent in parts:
        width = min(max(percent, 0.0), 100.0 - start)
        boxes.append({"fill": fill, "x": f"{start:.4g}", "width": f"{width:.4g}"})
        start += width
    return {"boxes": boxes, "label": label, "css": css}


@register.inclusion_tag("components/bar.html")
def share(part: float, whole: float, label: str, css: str = "", fill: str = "f1") -> dict[str, object]:
    """Draw one part of a whole; a whole of nothing draws an empty bar."""
    return bar([(fill, 100 * part / whole if whole else 0.0)], label, css)


@register.simple_tag
def control(field: BoundField, css: str = "", *, plain: bool = False, **attrs: str) -> SafeString:
    """Draw a form field's own control in our classes; Django adds aria-invalid and aria-describedby.

    plain leaves our class of its kind away. More attributes by name, with _ for -: data_prompt=""
    becomes data-prompt="".
    """
    widget = field.field.widget
    if isinstance(widget, CheckboxInput | RadioSelect):
        base = ""
    elif isinstance(widget, Select):
        base = "select"
    else:
        base = "textarea" if isinstance(widget, Textarea) else "input"
    classes = css if plain else f"{base} {css}".strip()
    more: dict[str, str | bool] = {name.replace("_", "-"): value for name, value in attrs.items()}
    if classes:
        more["class"] = classes
    return field.as_widget(attrs=more)


@register.filter
def number(value: int | None) -> str:
    """1234567 as 1,234,567; nothing for None. What has more digits than anybody reads is “about 10²⁰”.

    A template of 4,000 characters can stand for more combinations than Python writes out (INP-01).
    """
    if value is None:
        return ""
    if abs(value) >= READABLE:
        power = str(int(abs(value).bit_length() * log10(2)))
        return f"{'−' if value < 0 else ''}about 10{power.translate(RAISED)}"
    return f"{value:,}".replace("-", "−")


@register.filter
def signed(value: int | None) -> str:
    """A change with its sign and a true minus: +500, −14, 0."""
    return "" if value is None else (f"{value:+,}".replace("-", "−") if value else "0")


@register.filter(name="credits")
def credits_(value: int | None) -> str:
    """“1 credit”, “1,400 credits”."""
    return "" if value is None else f"{number(value)} credit{'' if value == 1 else 's'}"


@register.filter
def nth(position: int | None) -> str:
    """The letters after an ordinal: st, nd, rd, th."""
    if position is None:
        return ""
    teens = 10 < position % 100 < 20
    return "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(position % 10, "th")


def ratio_class(width: int, height: int) -> str:
    """Return the class of the nearest known ratio for a size in pixels, such as “r-3x2”.

    Nearest by proportion, so that between 1:2 and 2:1 no picture is cropped by more than a sixteenth
    in a justified row; everywhere else a tile keeps its exact size.
    """
    across, down = min(RATIOS, key=lambda ratio: abs(log(width / height) - log(ratio[0] / ratio[1])))
    return f"r-{across}x{down}"
