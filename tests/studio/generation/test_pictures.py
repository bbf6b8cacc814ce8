"""What is kept as a picture and what is refused: 51 files, and never another error (IMG-01 to IMG-05)."""

import ast
import hashlib
import time
from pathlib import Path

import pytest
from PIL import Image, ImageFile, PngImagePlugin

from studio.generation import pictures
from studio.generation.pictures import (
    FORMATS,
    ORIENTATION,
    RENDITIONS,
    BadPicture,
    CannotWrite,
    Facts,
    draw,
    verify,
)
from studio.generation.stripping import Unstrippable
from tests.house import ROOT
from tests.studio.generation.hostile import KEPT, RED, REFUSED, cut, encoded, noisy, picture, png_of


def examined(folder: Path, data: bytes, name: str = "original") -> Facts:
    path = folder / name
    path.write_bytes(data)
    verified = verify(path, folder / "clean")
    draw(verified.small, folder / "renditions")
    return verified.facts


def rendition(folder: Path, side: int) -> Image.Image:
    with Image.open(folder / "renditions" / f"{side}.webp", formats=["WEBP"]) as image:
        image.load()
        return image.convert("RGB")


@pytest.mark.parametrize("name", KEPT)
def test_a_whole_picture_is_kept_with_its_three_renditions(name: str, tmp_path: Path) -> None:
    make, kind, size = KEPT[name]
    facts = examined(tmp_path, make())
    assert (facts.format, (facts.width, facts.height)) == (kind, size)
    assert sorted(path.name for path in (tmp_path / "renditions").iterdir()) == [
        "128.webp",
        "256.webp",
        "512.webp",
    ]
    for side in RENDITIONS:
        small = rendition(tmp_path, side)
        assert max(small.size) == min(side, max(size))
        assert (small.width >= small.height) == (size[0] >= size[1])
        if min(size) > 100:  # the shape is the same to a pixel
            assert abs(min(small.size) - max(small.size) * min(size) / max(size)) <= 1
    assert len(facts.colour) == 7
    assert int(facts.colour[1:], 16) >= 0


@pytest.mark.parametrize("name", REFUSED)
def test_img_01_what_is_no_whole_picture_is_refused_with_a_sentence(name: str, tmp_path: Path) -> None:
    data = REFUSED[name]()
    started = time.process_time()
    with pytest.raises(BadPicture) as caught:
        examined(tmp_path, data)
    assert time.process_time() - started < 2
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert str(tmp_path) not in sentence


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 0.6, 0.9, 0.99])
@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_cut_anywhere_is_refused(kind: str, share: float, tmp_path: Path) -> None:
    whole = encoded(noisy(), kind)
    with pytest.raises(BadPicture):
        examined(tmp_path, cut(whole, share))


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("kind", FORMATS)
def test_img_04_a_picture_with_broken_bytes_is_kept_or_refused_and_nothing_else(
    kind: str, seed: int, tmp_path: Path
) -> None:
    whole = bytearray(encoded(noisy((64, 48)), kind))
    for step in range(6):
        whole[(seed * 7919 + step * 104_729) % len(whole)] = (seed * 31 + step * 17) % 256
    try:
        facts = examined(tmp_path, bytes(whole))
    except BadPicture:
        return
    assert facts.format == kind.lower()


@pytest.mark.parametrize("name", ["picture.png", "picture.gif", "picture.svg", "picture"])
def test_dl_06_the_format_is_told_by_the_bytes_and_not_by_the_name(name: str, tmp_path: Path) -> None:
    assert examined(tmp_path, encoded(picture(), "JPEG"), name).format == "jpeg"


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "CMYK"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_colour_is_that_of_the_picture(kind: str, mode: str, tmp_path: Path) -> None:
    if (kind, mode) not in {
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("WEBP", "RGB"),
    }:
        mode = "RGB"
    image = picture().convert(mode)
    colour = examined(tmp_path, encoded(image, kind)).colour
    found = tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
    assert all(abs(a - b) <= 24 for a, b in zip(found, RED, strict=True))


def test_the_colour_is_the_most_frequent_one_and_not_the_mean(tmp_path: Path) -> None:
    image = picture((600, 400), colour=(250, 250, 250))
    image.paste((0, 0, 0), (0, 0, 200, 400))
    colour = examined(tmp_path, encoded(image, "PNG")).colour
    assert int(colour[1:3], 16) > 230


def test_a_clear_picture_is_laid_on_white(tmp_path: Path) -> None:
    """What lies under clear pixels is anything: black, mostly, and never meant to be seen."""
    examined(tmp_path, encoded(picture(mode="RGBA", colour=(0, 0, 0, 0)), "PNG"))
    red, green, blue = rendition(tmp_path, 128).getpixel((5, 5))  # type: ignore[misc]
    assert min(red, green, blue) > 240


def test_sixteen_bits_keep_their_shades(tmp_path: Path) -> None:
    examined(tmp_path, encoded(picture(mode="I;16", colour=30_000), "PNG"))
    grey = rendition(tmp_path, 128).getpixel((5, 5))
    assert isinstance(grey, tuple)
    assert abs(grey[0] - 30_000 // 257) <= 8


def test_a_turned_picture_stands_upright_in_its_renditions(tmp_path: Path) -> None:
    examined(tmp_path, KEPT["jpeg, turned by EXIF"][0]())
    assert rendition(tmp_path, 256).size == (171, 256)


def test_img_05_of_a_film_the_first_frame_is_shown(tmp_path: Path) -> None:
    examined(tmp_path, KEPT["webp, animated"][0]())
    red, _green, blue = rendition(tmp_path, 128).getpixel((5, 5))  # type: ignore[misc]
    assert red > blue


def test_a_rendition_carries_nothing_of_what_was_written_into_the_picture(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "<script>alert('who took it')</script>"
    examined(tmp_path, encoded(picture(), "JPEG", exif=exif, comment=b"where it was taken"))
    for side in RENDITIONS:
        data = (tmp_path / "renditions" / f"{side}.webp").read_bytes()
        assert b"script" not in data
        assert b"taken" not in data


def test_a_disk_that_takes_no_files_is_not_the_picture_s_fault(tmp_path: Path) -> None:
    good = tmp_path / "good.jpg"
    small = Image.new("RGB", (64, 64), "teal")
    small.save(good)
    (tmp_path / "renditions").write_text("a file is in the way")
    with pytest.raises(CannotWrite, match="could not be written"):
        draw(small, tmp_path / "renditions")
    with pytest.raises(CannotWrite, match="could not be written"):
        verify(good, tmp_path / "renditions")


@pytest.mark.parametrize("name", KEPT)
def test_img_08_what_is_kept_is_the_picture_and_nothing_else(name: str, tmp_path: Path) -> None:
    """Its pixels, its colours and how it is turned; nothing else (IMG-07, IMG-08)."""
    original = tmp_path / "original"
    original.write_bytes(KEPT[name][0]())
    facts = verify(original, tmp_path / "clean").facts
    data = (tmp_path / "clean").read_bytes()
    assert (facts.bytes, facts.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    with Image.open(original) as before, Image.open(tmp_path / "clean") as after:
        assert {tag: value for tag, value in after.getexif().items() if tag != ORIENTATION} == {}
        assert after.getexif().get(ORIENTATION, 1) == before.getexif().get(ORIENTATION, 1)
        assert after.info.get("icc_profile") == before.info.get("icc_profile")
        assert (after.size, after.mode) == (before.size, before.mode)
        assert after.tobytes() == before.tobytes()


@pytest.mark.parametrize("turn", [1, 6])
@pytest.mark.parametrize("kind", FORMATS)
def test_img_07_places_words_and_what_hangs_behind_are_not_kept(kind: str, turn: int, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E], exif[ORIENTATION] = "who took it", turn
    exif.get_ifd(0x8825)[1] = "N"  # where
    more = {"xmp": b"<x:xmpmeta>who took it</x:xmpmeta>"} if kind == "WEBP" else {}
    whole = encoded(noisy(), kind, exif=exif, **more) + b"<?php who took it"
    (tmp_path / "original").write_bytes(whole)
    verify(tmp_path / "original", tmp_path / "clean")
    data = (tmp_path / "clean").read_bytes()
    assert b"who took it" not in data
    with Image.open(tmp_path / "clean") as image:
        assert image.getexif().get(ORIENTATION, 1) == turn
        assert not image.getexif().get_ifd(0x8825)


def test_a_file_that_is_laid_out_oddly_is_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def odd(data: bytes, turn: int) -> bytes:
        raise Unstrippable

    monkeypatch.setattr(pictures, "strip", odd)
    original = tmp_path / "original"
    original.write_bytes(KEPT["jpeg, turned by EXIF"][0]() + b"<?php")
    facts = verify(original, tmp_path / "clean").facts
    assert b"<?php" not in (tmp_path / "clean").read_bytes()
    assert (facts.width, facts.height) == KEPT["jpeg, turned by EXIF"][2]


@pytest.mark.parametrize(
    ("width", "height"), [(30_000, 30_000), (8193, 1), (1, 8193), (4097, 4096), (8192, 2049), (9440, 9440)]
)
def test_img_02_the_size_is_looked_at_before_a_pixel_is_decoded(
    width: int, height: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decoded(*_: object) -> None:
        pytest.fail("a pixel was decoded")

    data = png_of(width, height)
    for kind in (Image.Image, PngImagePlugin.PngImageFile, ImageFile.ImageFile):
        monkeypatch.setattr(kind, "load", decoded)
    with pytest.raises(BadPicture):
        examined(tmp_path, data)
    assert not (tmp_path / "clean").exists()


def test_img_03_pillow_is_told_the_three_formats_wherever_it_opens_a_file() -> None:
    """Else it opens EPS with a program, and thirty formats that nobody expects."""
    opened = [
        ast.unparse(node)
        for top in ("studio", "gallery")
        for path in (ROOT / top).rglob("*.py")
        if "sandbox" not in path.parts  # it opens what it painted itself
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Image.open"
    ]
    assert len(opened) >= 2
    assert [call for call in opened if "formats=FORMATS" not in call] == []
    assert FORMATS == ("JPEG", "PNG", "WEBP")


@pytest.mark.parametrize("error", pictures.BROKEN)
def test_img_04_whatever_the_decoder_raises_is_a_bad_picture(
    error: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error("from the decoder")

    data = encoded(picture(), "JPEG")
    monkeypatch.setattr(ImageFile.ImageFile, "load", broken)
    with pytest.raises(BadPicture) as caught:
        examined(tmp_path, data)
    assert error.__name__ in str(caught.value)
