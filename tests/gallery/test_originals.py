"""Files of images: of what kind, by what name, to whom, and nothing but them (DL-06, DL-07)."""

import io
import logging
import re
from email.message import Message
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils.http import content_disposition_header
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image as Drawing

from gallery.originals import file_name
from studio.accounts.models import Member
from studio.generation.models import Image
from tests.gallery import factories

FORMATS = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
SECRET = "not for anybody"


def original(client: Client, image: Image, query: str = "", **headers: str):  # type: ignore[no-untyped-def]
    return client.get(f"/images/{image.uuid}/original{query}", headers=headers)


@pytest.mark.django_db
class TestSent:
    """GET /images/<uuid>/original"""

    @pytest.mark.parametrize("format", FORMATS)
    def test_dl_06_it_is_the_file_under_the_type_it_was_found_to_be(
        self,
        as_ada: Client,
        ada: Member,
        format: str,  # noqa: A002
    ) -> None:
        image = factories.image(ada, format=format, size=(60, 40))
        answer = original(as_ada, image)
        assert answer["Content-Type"] == FORMATS[format]
        assert int(answer["Content-Length"]) == image.bytes == len(answer.content)
        assert Drawing.open(io.BytesIO(answer.content)).size == (60, 40)

    def test_dl_07_a_browser_may_do_nothing_with_it_but_show_it(self, as_ada: Client, ada: Member) -> None:
        answer = original(as_ada, factories.image(ada))
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer["X-Frame-Options"] == "DENY"

    def test_no_cache_between_keeps_it_and_the_own_one_asks_each_time(
        self, as_ada: Client, ada: Member
    ) -> None:
        image = factories.image(ada)
        for headers in ({}, {"If-None-Match": f'"{image.sha256}"'}):
            answer = original(as_ada, image, **headers)
            assert set(answer["Cache-Control"].split(", ")) == {"private", "no-cache"}
            assert "Cookie" in answer["Vary"]

    @pytest.mark.parametrize("known", ['"{}"', 'W/"{}"', '"other", "{}"', "*"])
    def test_what_is_known_is_not_sent_again(self, as_ada: Client, ada: Member, known: str) -> None:
        image = factories.image(ada)
        answer = original(as_ada, image, **{"If-None-Match": known.format(image.sha256)})
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", f'"{image.sha256}"')

    @pytest.mark.parametrize("known", ['"other"', "", "x", '"'])
    def test_what_is_not_known_is_sent(self, as_ada: Client, ada: Member, known: str) -> None:
        assert original(as_ada, factories.image(ada), **{"If-None-Match": known}).status_code == 200

    def test_it_is_shown_or_with_download_kept(self, as_ada: Client, ada: Member) -> None:
        image = factories.image(ada, "A red dune, at dusk")
        name = f"a-red-dune-at-dusk-{str(image.uuid)[:8]}.jpg"
        assert original(as_ada, image)["Content-Disposition"] == f'inline; filename="{name}"'
        kept = original(as_ada, image, "?download=1")
        assert kept["Content-Disposition"] == f'attachment; filename="{name}"'

    def test_a_missing_file_is_a_page_and_a_line_in_the_log(
        self, as_ada: Client, ada: Member, caplog: pytest.LogCaptureFixture, settings: object
    ) -> None:
        image = factories.image(ada)
        (settings.ORIGINALS / image.original).unlink()  # type: ignore[attr-defined]
        with caplog.at_level(logging.ERROR, logger="gallery"):
            answer = original(as_ada, image)
        assert answer.status_code == 404
        assert "The file of this image is missing on the server." in answer.content.decode()
        assert "sandbox" not in answer["Content-Security-Policy"]  # a page, with its styles
        assert str(image.uuid) in caplog.text

    def test_files_are_for_the_studio_alone(self, ada: Member, settings: object) -> None:
        image = factories.image(ada)
        path = settings.ORIGINALS / image.original  # type: ignore[attr-defined]
        assert path.stat().st_mode & 0o777 == 0o600


def named(prompt: str) -> str:
    return file_name(Image(prompt=prompt, format="jpeg"))


class TestName:
    """The name under which a file is kept"""

    @given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
    @example('"; filename="evil.exe')
    @example("x\r\nSet-Cookie: a=b")
    @example("../../etc/passwd")
    @example("..\\..\\boot.ini")
    @example("\u202egpj.exe")
    @example("%0d%0aX: y; filename*=utf-8''a.html")
    @example("\ufdfa ⒈ ½ ﷲ İ")
    @example(".hidden")
    @example("con")
    @example("\U00020000" * 400)
    def test_a_prompt_becomes_letters_digits_and_hyphens(self, prompt: str) -> None:
        name = named(prompt)
        stem, _, ending = name.rpartition(".")
        assert ending == "jpg"
        assert re.fullmatch(r"[\w-]+-[0-9a-f]{8}", stem)
        assert stem[0] not in "-_."
        assert len(name.encode()) <= 255
        header = content_disposition_header(as_attachment=True, filename=name) or ""
        assert header.isascii()
        assert header.isprintable()
        assert parsed(header) == ("attachment", name)

    @pytest.mark.parametrize("prompt", ["", "!!!", "\u202e", "...", "-_-", "🏔🏔"])
    def test_a_prompt_without_letters_is_an_image(self, prompt: str) -> None:
        assert named(prompt).startswith("image-")

    def test_letters_of_every_script_stay(self) -> None:
        assert named("日本の山 в снегу, Größe").startswith("日本の山-в-снегу-größe-")


def parsed(header: str) -> tuple[str, str]:
    """Return what a reader of mail and HTTP headers makes of one."""
    message = Message()
    message["Content-Disposition"] = header
    return message.get_content_disposition() or "", message.get_filename() or ""


@pytest.fixture
def outside(settings: object) -> Path:
    """Lay files that nobody may fetch beside and above the folders of pictures."""
    pictures: Path = settings.PICTURES  # type: ignore[attr-defined]
    for path in (
        pictures.parent / "secret.webp",
        pictures / "512.webp",
        pictures / "secret.webp",
        settings.ORIGINALS / "512.webp",  # type: ignore[attr-defined]
    ):
        path.write_text(SECRET)
    return pictures


UP = (
    *("..", "../..", "../../..", "..%2f", "..%2f..%2f", "%2e%2e/", "%2e%2e%2f", "..%252f", "%252e%252e%252f"),
    *(
        "....//",
        "..\\",
        "..%5c",
        "..%c0%af",
        "..%ef%bc%8f",
        "．．/",
        "/",
        "//",
        "%2f",
        "file:///",
        "%00",
        "~",
    ),
    *("." * 32, "_" * 31 + ".", "../" * 10 + "aa", "%2e%2e%2f" * 3 + "a" * 5, "originals"),
)


@pytest.mark.django_db
@pytest.mark.parametrize("up", UP)
def test_dl_07_no_address_leads_out_of_the_folders(
    as_ada: Client, outside: Path, ada: Member, up: str
) -> None:
    image = factories.image(ada)
    forms = (
        *(f"/pictures/{up}/512.webp", f"/pictures/{up}/secret.webp", f"/pictures/{up}/studio.sqlite3"),
        *(
            f"/pictures/{up}512.webp",
            f"/pictures/{image.token}/{up}/512.webp",
            f"/pictures/{image.token}/{up}",
        ),
        *(f"/pictures/{image.token}/{up}512.webp", f"/pictures/{image.token}/{quote(up)}/secret.webp"),
        *(
            f"/images/{up}/original",
            f"/images/{image.uuid}/{up}/original",
            f"/images/{image.uuid}/original/{up}",
        ),
        f"/images/{image.uuid}/original{up}",
    )
    for form in forms:
        answer = as_ada.get(form)
        assert SECRET.encode() not in answer.content, form
        assert answer.status_code in {301, 400, 404} or answer["Content-Type"] == "image/webp", form
