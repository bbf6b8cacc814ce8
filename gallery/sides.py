"""The places beside the wall and the chips above it: each a link to a search, with what it would find.

Written by hand for the wall's sake, as the tiles are; all that is not ours is escaped.
"""

from collections.abc import Iterable
from functools import cache, lru_cache
from html import escape
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from gallery import tokens
from gallery.facts import Named
from gallery.known import Known
from gallery.query import Field, Problem, Query
from studio.templatetags.look import icon, number

MOST_MEMBERS = 30
PLACES = (
    ("All images", "images", ""),
    ("Mine", "user", "is:mine"),
    ("Only me", "lock", "is:private"),
    ("Favourites", "heart", "is:favourite"),
    ("Waiting for review", "eye", "status:proposed"),
    ("Approved", "check", "status:approved,final"),
)


def places(known: Known, query: Query) -> SafeString:
    """Return the list of places: all, mine, what waits for review, who made what."""
    now, counts = query.text, known.kind
    status = counts("s")
    figures = (
        counts("a").get(tokens.ALL[2:], 0),
        counts("m").get(known.me, 0),
        known.private,
        None,
        status.get("proposed", 0),
        status.get("approved", 0) + status.get("final", 0),
    )
    makers = tuple(
        (one, _by(one, known, now), counts("m").get(one.id, 0)) for one in known.makers[:MOST_MEMBERS]
    )
    return _places(now, figures, makers)


@lru_cache(maxsize=100)  # what these values are drawn as is the same for everybody
def _places(
    now: str, figures: tuple[int | None, ...], makers: tuple[tuple[Named, str, int], ...]
) -> SafeString:
    rows = zip(PLACES, figures, strict=True)
    html = "".join(_place(name, icon(drawn), text, count, now) for (name, drawn, text), count in rows)
    if makers:
        html += '<div class="side__h"><h2>Members</h2></div>'
        html += "".join(_place(one.name, _avatar(one), text, count, now) for one, text, count in makers)
    return mark_safe(html)  # noqa: S308 - escaped in _place


def chips(query: Query, known: Known, problems: Iterable[Problem] = ()) -> SafeString:
    """Return the fields of a search that narrow it as chips, each with a link to the search without it."""
    unread = {one.at for one in problems}
    told = (field for field in query.fields if field.at not in unread)
    return mark_safe("".join(_chip(field, query, known) for field in told))  # noqa: S308


@lru_cache(maxsize=1_000)
def address(text: str) -> str:
    """Return where a search is shown."""
    return _gallery() + (f"?{urlencode({'q': text})}" if text else "")


@cache
def _gallery() -> str:
    return reverse("gallery")


def without(query: Query, field: Field) -> str:
    """Return a search without one of its fields."""
    text = query.text[: field.at] + query.text[field.at + field.length :]
    return " ".join(text.split())


def said(name: str, value: str) -> str:
    """Return a field as it is written."""
    return f'{name}:"{value}"' if " " in value or "," in value else f"{name}:{value}"


def by(one: Named, known: Known) -> str:
    """Return what `by:` says of a member: their name where nobody else has it, else their id."""
    said = tuple(tokens.words(one.name))
    plain = said and known.spelled.get(said) == 1 and '"' not in one.name
    return one.name if plain else one.id


def _by(one: Named, known: Known, now: str) -> str:
    """Return the search for a member's images; as an older address says it, where that is what is shown."""
    former = f"by:{UUID(one.id)}"
    return former if now == former else said("by", by(one, known))


def _place(name: str, drawn: str, text: str, count: int | None, now: str) -> str:
    here = ' aria-current="page"' if text == now else ""
    many = f'<span class="num">{number(count)}</span>' if count is not None else ""
    href = escape(address(text))
    return f'<a class="side__item" href="{href}"{here}>{drawn}<span>{escape(name)}</span>{many}</a>'


def _chip(field: Field, query: Query, known: Known) -> str:
    href = escape(address(without(query, field)))
    values = ", ".join(_shown(field, value, known) for value in field.values)
    what = escape(f"{'not ' if field.minus else ''}{field.name}: ")
    return (
        f'<span class="chip chip--on">{what}<b>{escape(field.sign)}{escape(values)}</b>'
        f'<a class="chip__x" href="{href}" aria-label="Leave out {what}{escape(values)}">'
        f"{icon('x')}</a></span>"
    )


def _shown(field: Field, value: str, known: Known) -> str:
    """Return a value as people know it: the name of a member, not an id."""
    if field.name == "by":
        hexed = value.replace("-", "").lower()
        return next((one.name for one in known.makers if one.id == hexed), value)
    if field.name in {"run", "experiment"}:
        return "this one"
    return value


def _avatar(one: Named) -> str:
    """Draw components/avatar.html, small and silent."""
    names = one.name.split() or ["?"]
    initials = "".join(word[0] for word in (names[0], *names[1:][-1:])).upper()
    hue = int(one.id, 16) % 8 + 1
    return f'<span class="avatar avatar--s h-{hue}" aria-hidden="true">{escape(initials)}</span>'
