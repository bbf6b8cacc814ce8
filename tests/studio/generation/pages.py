"""What tests read out of a page or a fragment: ids, tiles, the poller."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client

from studio.accounts.models import Member

HTMX = {"HX-Request": "true"}

type SignedIn = Callable[[Member], Client]


def posted(template: str = "a red dune", **more: Any) -> dict[str, Any]:
    """Return what the composer posts."""
    known = {"template": template, "shape": "1x1", "size": "512", "each": "1", "quality": "draft"}
    return {**known, "visibility": "team", "token": uuid4().hex, **more}


def text(response: Any) -> str:
    return str(response.content.decode())


def tiles(response: Any) -> set[str]:
    """Return the ids of the tiles in an answer."""
    return set(re.findall(r'<article class="tile [^>]*?id="tile-([0-9a-f-]{36})"', text(response)))


def poller(response: HttpResponse | Any) -> dict[str, str]:
    """Return the address parts and the trigger of the one poller in an answer."""
    [element] = re.findall(r'<div id="pulse"[^>]*>', text(response))
    found = re.search(r'hx-get="([^"]*)"', element)
    trigger = re.search(r'hx-trigger="([^"]*)"', element)
    assert found
    assert trigger
    url = found[1].replace("&amp;", "&")
    query = parse_qs(urlsplit(url).query)
    return {"url": url, "trigger": trigger[1]} | {name: values[-1] for name, values in query.items()}
