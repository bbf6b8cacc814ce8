"""The studio's addresses, and the floors that the gallery is held against."""

from html import escape

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import Context, Engine
from django.urls import include, path

from studio.generation.access import visible_images
from studio.generation.tiles import tile_of_image
from tests.bench.constant_urls import constant

CARDS = 50
KEYSET = """SELECT id, uuid, prompt, width, height, token, cost FROM generation_image
    WHERE visibility = 'team' ORDER BY id DESC LIMIT %s"""


def raw(request: HttpRequest) -> HttpResponse:
    """Answer with fifty cards, as little as a card can be."""
    with connection.cursor() as cursor:
        cursor.execute(KEYSET, [CARDS])
        cards = [_card(*row) for row in cursor.fetchall()]
    return HttpResponse("<!doctype html><title>Raw</title><ul>" + "".join(cards) + "</ul>")


def _card(_id: int, uuid: str, prompt: str, width: int, height: int, token: str, cost: int) -> str:
    picture = (
        f'<img src="/pictures/{token}/256.webp" width="{width}" height="{height}" alt="{escape(prompt)}">'
    )
    words = f"<b>{escape(prompt[:80])}</b><span>{cost} credits</span>"
    return f'<li><a href="/images/{uuid}">{picture}</a>{words}</li>'


def signed(request: HttpRequest) -> HttpResponse:
    """Answer with a member's name: what it takes to know who asks."""
    return HttpResponse(str(request.user))


def house(request: HttpRequest) -> HttpResponse:
    """Answer with the house's frame alone."""
    return render(request, "base.html")


def template(request: HttpRequest) -> HttpResponse:
    """Answer with the house's frame, and fifty tiles drawn by the component that draws them elsewhere."""
    images = visible_images(request.user).select_related("member").order_by("-pk")[:CARDS]  # type: ignore[arg-type]
    tiles = [tile_of_image(image, title=image.prompt[:80], meta=str(image.member)) for image in images]
    tile_page = Engine.get_default().get_template("components/tile.html")
    drawn = "".join(tile_page.render(Context({"tile": tile, "csrf_token": "x"})) for tile in tiles)
    return HttpResponse(house(request).content.decode() + drawn)


urlpatterns = [
    path("floor/constant", constant),
    path("floor/raw", raw),
    path("floor/signed", signed),
    path("floor/house", house),
    path("floor/template", template),
    path("", include("studio.urls")),
]
