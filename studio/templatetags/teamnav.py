"""The navigation within the team's pages: which there are, and which of them a member may open.

Asks the URLconf, never a room: an entry shows from the moment its page stands, and to whom the page's own
guard (`studio.accounts.access`) lets through. Asks no database.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django import template
from django.template.context import Context
from django.urls import Resolver404, get_urlconf, resolve

register = template.Library()

PAGES = (
    ("/team", "Credits"),
    ("/team/insights", "Insights"),
    ("/team/ledger", "Ledger"),
    ("/team/budgets", "Budgets"),
    ("/team/requests", "Requests"),
    ("/team/alerts", "Alerts"),
    ("/team/members", "Members"),
    ("/team/projects", "Projects"),
    ("/team/invitations", "Invitations"),
    ("/team/defaults", "Defaults"),
    ("/team/words", "Words"),
    ("/team/banner", "Banner"),
    ("/team/keys", "Keys"),
    ("/team/health", "Health"),
    ("/team/security", "Sign-in"),
    ("/team/audit", "Audit"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A page of the team's."""

    href: str
    text: str
    current: bool


@register.inclusion_tag("components/tabs.html", takes_context=True)
def teamnav(context: Context) -> dict[str, object]:
    """Draw the links to the team's pages that stand and that who is signed in may open."""
    user, path = context.get("user"), getattr(context.get("request"), "path", "")
    open_ = [one for one in _standing(get_urlconf()) if one[2] is None or one[2](user)]
    current = max((href for href, *_ in open_ if f"{path}/".startswith(f"{href}/")), key=len, default="")
    links = [Link(href=href, text=text, current=href == current) for href, text, _ in open_]
    return {"label": "Team", "tabs": links}


@cache
def _standing(urlconf: str | None) -> tuple[tuple[str, str, Callable[[object], bool] | None], ...]:
    """Return address, words and guard of each page that the URLconf has."""
    found = []
    for href, text in PAGES:
        try:
            view = resolve(href, urlconf).func
        except Resolver404:
            continue
        found.append((href, text, getattr(view, "may", None)))
    return tuple(found)
