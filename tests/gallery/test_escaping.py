"""Prompts, names and searches are text wherever they are drawn, never mark-up (WEB-01)."""

from html.parser import HTMLParser

import pytest
from django.test import Client

from gallery import cards
from gallery.query import read
from studio.accounts.models import Member
from tests.gallery import factories
from tests.gallery.reading import HTMX, text

pytestmark = pytest.mark.django_db

PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<a href=javascript:alert(1)>x</a>",
    "javascript:alert(1)",
    "{{ 7|add:7 }}{% debug %}",
    '<div hx-get="/evil" hx-trigger="load">',
    "<b data-hx-on:click=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202e<iframe srcdoc=x>",
    "<style>*{display:none}</style>",
    "<base href=//evil.example>",
    "<form action=//evil.example><button>",
)


class Tags(HTMLParser):
    """Gathers what a browser would build: each tag with the names of its attributes, and the values."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.built: list[tuple[str, tuple[str, ...]]] = []
        self.values: list[str] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.built.append((tag, tuple(name for name, _ in attrs)))
        self.values += [value for _, value in attrs if value]

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def built(page: str) -> Tags:
    tags = Tags()
    tags.feed(page)
    return tags


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_prompt_builds_no_element_of_its_own(as_ada: Client, ada: Member, payload: str) -> None:
    """The same page with a tame prompt has the same tags and attributes, one by one."""
    image = factories.image(ada, "tame", visibility="private")
    addresses = (f"/images/{image.uuid}", f"/images/{image.uuid}?q=x", "/gallery")
    tame = [built(text(as_ada.get(address))) for address in addresses]
    image.prompt = image.job.prompt = image.job.run.template = payload
    image.save()
    image.job.save()
    image.job.run.save()
    cards.refresh([image.pk])
    for address, before in zip(addresses, tame, strict=True):
        page = built(text(as_ada.get(address)))
        assert page.built == before.built
        assert any(payload in value for value in page.values)  # alt, aria-label: whole, as text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_search_builds_no_element_of_its_own(as_ada: Client, ada: Member, payload: str) -> None:
    factories.image(ada)
    for headers in ({}, HTMX):
        told = read(payload).problems  # what is wrong with a search is told above what it finds
        wrong = 'tame"' if '"' in payload else "tame:tame"
        tame = built(text(as_ada.get("/gallery", {"q": wrong if told else "tame"}, headers=headers)))
        page = built(text(as_ada.get("/gallery", {"q": payload}, headers=headers)))
        assert page.built == tame.built
        assert " ".join(payload.split()) in page.values  # the search box says what was asked


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_name_builds_no_element_of_its_own(as_ada: Client, ada: Member, payload: str) -> None:
    image = factories.image(ada)
    addresses = ("/gallery", f"/images/{image.uuid}")
    tame = [built(text(as_ada.get(address))).built for address in addresses]
    Member.objects.filter(pk=ada.pk).update(name=payload)
    assert [built(text(as_ada.get(address))).built for address in addresses] == tame


def test_a_long_prompt_is_whole_on_its_page_and_short_in_labels(as_ada: Client, ada: Member) -> None:
    prompt = "a very long walk over the dunes " * 120
    image = factories.image(ada, prompt)
    page = built(text(as_ada.get(f"/images/{image.uuid}")))
    assert prompt in page.said
    assert max(len(value) for value in page.values if value.startswith("a very")) == 140  # H4
