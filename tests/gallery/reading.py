"""Reads a page of the gallery as a visitor does: its tiles, its headings, its next page."""

import html
import re
from typing import Any

from django.test import Client

HTMX = {"HX-Request": "true"}


def text(answer: Any) -> str:
    """Return an answer's body as text."""
    return str(answer.content.decode())


def body(answer: Any) -> bytes:
    """Return an answer's bytes; one that is sent in pieces is over then, as after a visitor has read it.

    To close it here would end the database's connection with it, in the middle of a test's transaction.
    """
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def tiles(page: str) -> list[str]:
    """Return the ids of the images shown, in their order."""
    return re.findall(r'id="image-([0-9a-f-]{36})"', page)


def headings(page: str) -> list[str]:
    """Return the days that are headed."""
    return re.findall(r'<h2 class="daymark"[^>]*>(.*?)</h2>', page)


def following(page: str) -> str:
    """Return the address of the next page, "" on the last."""
    found = re.search(r'class="sentinel" hx-get="([^"]+)"', page)
    return html.unescape(found.group(1)) if found else ""


def walk(client: Client, address: str = "/gallery", *, part: bool = True) -> list[str]:
    """Return the pages from an address to the end: the first whole, the others parts or whole."""
    pages = [text(client.get(address))]
    while address := following(pages[-1]):
        pages.append(text(client.get(address, headers=HTMX if part else {})))
        assert len(pages) < 100, "the wall never ends"
    return pages


def shown(pages: list[str]) -> list[str]:
    """Return the ids of the images on all the pages."""
    return [one for page in pages for one in tiles(page)]
