"""Every address of a picture, asked by every role, of every kind of image: one table (C7, PERM-02, PERM-03).

A letter for what each gets: o the file or the page with it, x nothing (404), s the way to the sign-in.
"""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, TestCase
from django.utils import timezone

from gallery import guestlinks, guestpass
from gallery.guestlinks import Origin, Terms
from gallery.guestpass import Picture
from gallery.models import Board, BoardImage, Naming
from studio.accounts.models import Member
from studio.generation import trash
from studio.generation.models import Image
from tests.conftest import MakeMember
from tests.gallery import factories
from tests.gallery.reading import body

pytestmark = pytest.mark.django_db

ROLES = ("signed out", "guest", "maker", "colleague", "reviewer", "credit admin", "owner", "left")
IMAGES = ("team", "private", "in the trash", "private in the trash")
# whoever is signed in sees the team's; what is in the trash is seen nowhere but there
BY_ACCOUNT = {
    "team": "ssooooos",
    "private": "ssoxxxxs",
    "in the trash": "ssxxxxxs",
    "private in the trash": "ssxxxxxs",
}
# by the link alone, whoever asks: as long as it shows the image (the maker put in what was private then)
BY_LINK = {
    "team": "oooooooo",
    "private": "oooooooo",
    "in the trash": "xxxxxxxx",
    "private in the trash": "xxxxxxxx",
}
# a rendition's name is 192 random bits, told only to those who may see the image (G11)
BY_NAME = BY_LINK  # and is another one while the image is in the trash
ACCOUNT = {
    "page": "/images/{uuid}",
    "original": "/images/{uuid}/original",
    "original to keep": "/images/{uuid}/original?download=1",
    "with its recipe": "/images/{uuid}/original?download=recipe",
    "as PNG": "/images/{uuid}/download?format=png",
    "as clean WebP": "/images/{uuid}/download?format=webp&inside=clean",
    "ZIP": "/download.zip?image={uuid}",
    "contact sheet": "/sheet?image={uuid}",
    "contact sheet of a board": "/sheet?board={board}",
    "new link": "/links/new?image={uuid}",
}
LINK = {
    "guest's page": "/g/{secret}/1",
    "guest's small picture": "{small}",
    "guest's whole picture": "{whole}",
    "guest's file": "/g/{secret}/1/download",
    "guest's PNG": "/g/{secret}/1/download?format=png",
    "guest's ZIP": "/g/{secret}/images.zip",
}
TABLE: dict[str, tuple[str, Mapping[str, str]]] = {
    **{name: (address, BY_ACCOUNT) for name, address in ACCOUNT.items()},
    **{name: (address, BY_LINK) for name, address in LINK.items()},
    "rendition": ("/pictures/{token}/256.webp", BY_NAME),
}


@pytest.fixture
def clients(
    ada: Member, bob: Member, member: MakeMember, signed_in: Callable[[Member], Client], client_factory: Any
) -> dict[str, Client]:
    """Return a browser a role; a guest's has come by some other link."""
    cache.clear()
    members = {
        "maker": ada,
        "colleague": bob,
        "reviewer": member("reviewer"),
        "credit admin": member("credit_admin"),
        "owner": member("owner"),
        "left": member("designer", name="Lena Left"),
    }
    browsers = {role: signed_in(one) for role, one in members.items()}
    Member.objects.filter(pk=members["left"].pk).update(is_active=False)
    return {"signed out": client_factory(), "guest": came_by(client_factory(), bob), **browsers}


def came_by(browser: Client, maker: Member) -> Client:
    """Return the browser of a guest who stars an image of another link."""
    _, secret = linked(factories.image(maker))
    browser.post(f"/g/{secret}/1/mark", {"stars": "3"})
    assert browser.cookies
    return browser


def linked(image: Image) -> tuple[Any, str]:
    terms = Terms(
        title="Round",
        expires_at=timezone.now() + timedelta(days=1),
        naming=Naming.NO,
        may=frozenset({"star", "pick", "comment", "download"}),
    )
    return guestlinks.make(image.member, [image], Origin(), terms)


def made(kind: str, maker: Member) -> dict[str, Any]:
    """Return what stands in the addresses of an image of that kind, which lies on a board and in a link."""
    image = factories.image(maker, "a matrix of dunes", visibility="private" if "private" in kind else "team")
    board = Board.objects.create(name="Matrix", by=maker)
    BoardImage.objects.create(board=board, image=image, by=maker)
    link, secret = linked(image)
    if "trash" in kind:
        with TestCase.captureOnCommitCallbacks(execute=True):
            trash.throw([image.pk], maker, timezone.now())
    small, whole = (
        f"/g/pictures/{guestpass.address(Picture(link=link.pk, number=1, size=size))}" for size in (256, 0)
    )
    return {
        "uuid": image.uuid,
        "token": image.token,
        "board": board.pk,
        "secret": secret,
        "small": small,
        "whole": whole,
    }


def letter(answer: Any) -> str:
    """Return what somebody got."""
    if answer.status_code == 302:
        assert answer["Location"].startswith("/sign-in")
        return "s"
    if answer.status_code in {404, 422}:
        return "x"
    assert answer.status_code == 200
    return "o" if shows_it(answer) else "x"


def shows_it(answer: Any) -> bool:
    """Say whether an answer has the picture in it: as itself, in a ZIP, or named by a page."""
    data = body(answer)
    if answer["Content-Type"].startswith("image/"):
        return bool(data)
    if answer["Content-Type"] == "application/zip":
        return any(not name.endswith(".csv") for name in zipfile.ZipFile(io.BytesIO(data)).namelist())
    return bool(re.search(rb"a matrix of dunes|/g/pictures/", data))


@pytest.mark.parametrize("kind", IMAGES)
def test_perm_02_every_address_of_a_picture_by_role(
    ada: Member, clients: dict[str, Client], kind: str
) -> None:
    named = made(kind, ada)
    got = {
        name: "".join(letter(clients[role].get(address.format(**named))) for role in ROLES)
        for name, (address, _) in TABLE.items()
    }
    assert got == {name: wanted[kind] for name, (_, wanted) in TABLE.items()}


def test_perm_03_every_door_with_a_picture_stands_in_the_table() -> None:
    """A new address for files is to be asked the same questions."""
    from gallery import guesturls, handingurls, urls

    told = " ".join(re.sub(r"{\w+}", "", address) for address, _ in TABLE.values())
    patterns: list[Any] = [*handingurls.urlpatterns, *guesturls.urlpatterns, *urls.urlpatterns]
    files = [
        str(one.pattern)
        for one in patterns
        if re.search(r"original|download|zip|sheet|webp", str(one.pattern))
    ]
    assert len(files) >= 8
    missing = [one for one in files if re.sub(r"<[^>]+>", "", one).rpartition("/")[2].strip() not in told]
    assert [one for one in missing if one != "download"] == []


def test_no_page_for_guests_tells_the_name_of_a_rendition(ada: Member, client: Client) -> None:
    named = made("team", ada)
    for address in ("/g/{secret}", "/g/{secret}/1"):
        text = client.get(address.format(**named)).content.decode()
        assert named["token"] not in text
        assert str(named["uuid"]) not in text
