"""Recipes read back out of pictures: ours and other tools', whole, broken, and made to do harm (A36, C22)."""

import io
import json
import os
import time
import tracemalloc
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Picture

from studio.accounts.models import Member
from studio.generation import dialects, embedded, inscribing, originals, telling
from studio.generation.dialects import Found
from studio.generation.embedded import Text, UnreadablePicture
from studio.generation.models import Draft, Image, Run, Visibility
from tests.conftest import MakeMember
from tests.studio.generation.pages import SignedIn, text
from tests.studio.generation.recipefiles import (
    A1111,
    INVOKE,
    chunk,
    jpeg,
    png,
    swarm,
    with_chunk,
)
from tests.studio.generation.world import World, start

FUZZ = int(os.environ.get("FUZZ_EXAMPLES", "200"))
INVOKED = png({"invokeai_metadata": json.dumps(INVOKE), "invokeai_graph": "{}"})
CASTLE = "a castle on a cliff"


def found(data: bytes) -> Found:
    recipe = dialects.read(embedded.texts(data))
    assert recipe is not None
    return recipe


@pytest.mark.parametrize(
    "data",
    [
        *(png({"parameters": A1111}, way=way) for way in ("tEXt", "zTXt", "iTXt")),
        *(jpeg(A1111, encoding=encoding) for encoding in ("utf-16-be", "utf-16-le", "utf-16", "ascii")),
        jpeg(A1111, kind="WEBP"),
    ],
)
def test_what_a1111_writes_is_read(data: bytes) -> None:
    recipe = found(data)
    assert recipe.tool == "A1111"
    assert recipe.prompt == "a castle on a cliff, (golden hour:1.2)"
    assert (recipe.width, recipe.height) == (512, 768)
    unused = dict(recipe.unused)
    assert unused["Negative prompt"] == "blurry, lowres"
    assert unused["Seed"] == "12345"
    assert unused["Sampler"] == "DPM++ 2M"
    assert unused["LoRA"] == "lora:castle:0.8"
    assert unused["Lora hashes"] == "castle: deadbeef, other: 1"
    assert "Size" not in unused


@pytest.mark.parametrize("size", ["8000x8000", "16x16", "999999x1", "large"])
def test_a_size_that_cannot_be_asked_for_is_listed_as_not_used(size: str) -> None:
    a1111 = found(png({"parameters": A1111.replace("Size: 512x768", f"Size: {size}")}))
    assert a1111.width is None
    said = size.replace("x", " × ")
    assert dict(a1111.unused)["Size"] == f"{said} (each side goes from 64 to 4096 pixels)"


def test_other_tools_sizes_are_listed_too() -> None:
    invoke = found(png({"invokeai_metadata": json.dumps(INVOKE | {"width": 9000, "height": 512})}))
    assert dict(invoke.unused)["Size"].startswith("9000 × 512 (")


@pytest.mark.parametrize(
    ("written", "prompt"),
    [
        ("a b, <lora:foo:1>, [a:b]", "a b, [a:b]"),
        ("a b <lora:foo:1> c", "a b c"),
        ("<lora:foo:1>, a, <lora:bar:1>", "a"),
        ("a,<lora:x:1>,<lora:y:1>,b", "a,b"),
    ],
)
def test_a_lora_leaves_no_comma_behind(written: str, prompt: str) -> None:
    recipe = found(png({"parameters": f"{written}\nNegative prompt: x\nSteps: 2, Sampler: y, Seed: 3"}))
    assert recipe.prompt == prompt


def test_what_invokeai_writes_is_read() -> None:
    recipe = found(INVOKED)
    assert (recipe.tool, recipe.prompt) == ("InvokeAI", CASTLE)
    assert (recipe.width, recipe.height) == (832, 1216)
    unused = dict(recipe.unused)
    assert unused["Seed"] == "18446744073709551615"
    assert unused["Model"] == "Juggernaut XL"
    assert unused["Negative prompt"] == "blurry"
    assert "Loras" not in unused


@pytest.mark.parametrize(
    "data", [png({"parameters": swarm()}, way="iTXt"), jpeg(swarm()), jpeg(swarm(), kind="WEBP")]
)
def test_what_swarmui_writes_is_read(data: bytes) -> None:
    recipe = found(data)
    assert (recipe.tool, recipe.prompt) == ("SwarmUI", CASTLE)
    assert (recipe.width, recipe.height) == (1024, 1024)
    assert dict(recipe.unused)["CFG scale"] == "7.0"


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
@pytest.mark.parametrize(
    "prompt", [CASTLE, 'a "red" <dune> & {prompt} \\{a|b\\} 红 🏜️ {json}', "x" * 4_000, "' &quot; \ud7ff"]
)
def test_ours_is_written_and_read_back_and_the_pixels_stay(kind: str, prompt: str) -> None:
    plain = {"png": png(), "jpeg": jpeg(), "webp": jpeg(kind="WEBP")}[kind]
    recipe = {"prompt": prompt, "width": 1024, "height": 1024, "quality": "draft", "image": "x"}
    data = inscribing.inscribed(plain, kind, recipe, (16, 8))
    again = found(data)
    assert (again.tool, again.prompt) == ("this studio", prompt)
    assert (again.width, again.height, again.quality) == (1024, 1024, "draft")
    with Picture.open(io.BytesIO(data)) as one, Picture.open(io.BytesIO(plain)) as other:
        assert one.tobytes() == other.tobytes()
    assert found(inscribing.inscribed(data, kind, recipe | {"prompt": "y"}, (16, 8))).prompt in {prompt, "y"}


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "gif"])
def test_a_file_of_another_kind_stays_as_it_is(kind: str) -> None:
    assert inscribing.inscribed(b"GIF89a", kind, {"prompt": "a"}, (1, 1)) == b"GIF89a"


BOMB = b"parameters\0\0" + zlib.compress(b"a" * 50_000_000, 1)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "This is no PNG, JPEG or WebP."),
        (b"GIF89a", "This is no PNG, JPEG or WebP."),
        (b"RIFF\0\0\0\0WAVE", "This is no PNG, JPEG or WebP."),
        (png()[:50], "The file ends in the middle"),
        (png()[:20], "The file ends in the middle"),
        (jpeg()[:3], "The file ends in the middle"),
        (b"\xff\xd8\x00\x00", "The file ends in the middle"),
        (jpeg(kind="WEBP")[:30], "The file ends in the middle"),
        (with_chunk(b"zTXt", b"parameters\0\0broken"), "A compressed text in the file is broken."),
        (with_chunk(b"zTXt", BOMB), "a text of more than 400 KB"),
        (with_chunk(b"iTXt", b"parameters\0\1\0\0\0" + BOMB[12:]), "a text of more than 400 KB"),
        (with_chunk(b"tEXt", b"parameters\0" + b"x" * 500_000), "a text of more than 400 KB"),
        (with_chunk(b"iTXt", b"parameters\0\1"), "The file ends in the middle"),
        (with_chunk(b"eXIf", b"II*\0\xff\xff\xff\xff"), "The file's EXIF data is broken."),
        (png()[:33] + chunk(b"tEXt", b"") * 20_001, "too many parts"),
        (b"\xff\xd8" + b"\xff\xfe\x00\x02" * 20_001, "too many parts"),
    ],
)
def test_a_file_that_cannot_be_looked_into_is_a_sentence(data: bytes, sentence: str) -> None:
    tracemalloc.start()
    with pytest.raises(UnreadablePicture) as refused:
        embedded.texts(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sentence in str(refused.value)
    assert peak < 20_000_000


@pytest.mark.parametrize(
    "texts",
    [
        {},
        {"parameters": "just words"},
        {"parameters": "{}"},
        {"parameters": '{"sui_image_params": []}'},
        {"parameters": '{"sui_image_params": {"prompt": 7}}'},
        {"parameters": "[" * 100_000},
        {"parameters": '{"a":' * 60_000},
        {"invokeai_metadata": "{broken"},
        {"invokeai_metadata": '{"positive_prompt": "   "}'},
        {"XML:com.adobe.xmp": f'xmlns:recipe="{inscribing.SPACE}" recipe:json="{{broken"'},
        {"XML:com.adobe.xmp": f'xmlns:recipe="{inscribing.SPACE}" recipe:json="[1]"'},
        {"Comment": A1111},
    ],
)
def test_texts_that_are_no_recipe_are_none(texts: dict[str, str]) -> None:
    assert dialects.read(embedded.texts(png(texts))) is None


def test_a_line_made_to_be_slow_is_read_at_once() -> None:
    started = time.perf_counter()
    for line in ("a " * 150_000, "a: " * 100_000, 'a: "' + "\\" * 300_000, "<lora:" * 60_000, "x," * 100_000):
        dialects.read([Text(name="parameters", text=f"castle\nNegative prompt: x\n{line}")])
        dialects.read([Text(name="parameters", text=f"{line}\nSteps: 1, Seed: 2, Model: x")])
    assert time.perf_counter() - started < 5


@settings(max_examples=FUZZ)
@given(
    st.sampled_from([png({"parameters": A1111}, way="iTXt"), jpeg(A1111), jpeg(A1111, kind="WEBP"), INVOKED]),
    st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=6)), max_size=6),
    st.integers(0, 10_000),
)
def test_whatever_is_broken_in_a_picture_it_is_read_or_a_sentence(
    data: bytes, changes: list[tuple[int, bytes]], cut: int
) -> None:
    for at, by in changes:
        place = at % len(data)
        data = data[:place] + by + data[place + len(by) :]
    data = data[: max(4, cut)] if cut % 3 == 0 else data
    try:
        recipe = dialects.read(embedded.texts(data))
    except UnreadablePicture as error:
        recipe = None
        said = str(error)
        assert said.endswith(".")
    assert recipe is None or recipe.prompt


@settings(max_examples=FUZZ)
@given(
    st.sampled_from(["parameters", "UserComment", "invokeai_metadata", "XML:com.adobe.xmp"]),
    st.text(max_size=300)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["sui_image_params", "prompt", "positive_prompt", "width", "seed", "model"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=8,
    ).map(json.dumps),
)
def test_whatever_a_text_says_it_is_a_recipe_or_none(name: str, said: str) -> None:
    recipe = dialects.read([Text(name=name, text=said)])
    assert recipe is None or telling.fields_of(recipe)["template"]


def send(tab: Client, data: bytes, name: str = "picture.png") -> Any:
    return tab.post(reverse("picture_recipe"), {"picture": SimpleUploadedFile(name, data, "image/png")})


@pytest.fixture
def person(member: MakeMember) -> Member:
    return member("designer")


def test_a_picture_becomes_a_new_draft_beside_and_says_what_is_not_used(
    person: Member, signed_in: SignedIn
) -> None:
    writing = Draft.objects.create(member=person, fields={"template": "unsent words"})
    tab = signed_in(person)
    page = text(send(tab, INVOKED))
    draft = Draft.objects.exclude(pk=writing.pk).get()
    assert draft.fields == {"template": CASTLE, "width": "832", "height": "1216", "each": "1"}
    for said in ("a recipe of InvokeAI", "Not used", "18446744073709551615", f'href="/?draft={draft.pk}"'):
        assert said in page
    assert 'id="banner"' not in page  # nobody announced anything
    writing.refresh_from_db()
    assert writing.fields == {"template": "unsent words"}
    assert CASTLE in text(tab.get(f"/?draft={draft.pk}"))
    assert not Run.objects.exists()


def test_a_prompt_longer_than_a_draft_is_cut_and_told(person: Member) -> None:
    told = telling.tell(person, png({"parameters": A1111.replace("castle on", "c" * 25_000)}))
    assert len(told.draft.fields["template"]) == 20_000
    assert told.unused[0][0] == "Prompt"
    assert "a draft keeps 20,000" in told.unused[0][1]


def test_words_of_another_tool_mean_exactly_themselves(person: Member) -> None:
    told = telling.tell(person, png({"parameters": A1111.replace("castle on", "{castle|__list__} # on")}))
    template = told.draft.fields["template"]
    from studio.prompts.expansion import expand

    assert [one.prompt for one in expand(template, most=10).variations] == [told.prompt]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "No picture was chosen"),
        (b"x", "This is no PNG"),
        (png(), "carries no recipe that is known here"),
    ],
)
def test_a_picture_without_a_recipe_is_told(
    person: Member, signed_in: SignedIn, data: bytes, sentence: str
) -> None:
    answer = send(signed_in(person), data)
    assert answer.status_code == 422
    assert sentence in text(answer) or "This is no PNG" in text(answer)
    assert not Draft.objects.exists()


def test_a_picture_beyond_the_bound_is_not_kept(
    person: Member, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = send(signed_in(person), png() + b"\0" * telling.MOST_BYTES)
    assert answer.status_code == 422
    assert "The file has more than 40 MB." in text(answer)


def test_our_downloads_are_known_also_without_anything_in_them(
    world: World, designer: Member, member: MakeMember, signed_in: SignedIn
) -> None:
    start(designer, "a {red|blue} dune")
    world.finish()
    image = Image.objects.order_by("id")[0]
    clean = originals.read(image.original)
    told = telling.tell(designer, clean)
    assert told.image == image
    assert (told.draft.source_id, told.draft.fields["template"]) == (image.pk, image.prompt)

    tab = signed_in(designer)
    url = reverse("image_original", args=[image.uuid])
    assert tab.get(f"{url}?download=1").content == clean
    kept = tab.get(f"{url}?download=recipe")
    assert kept["Content-Disposition"].startswith("attachment")
    assert kept["ETag"] != tab.get(url)["ETag"]
    assert kept.content != clean
    assert telling.tell(designer, kept.content).image == image

    stranger = member("designer")
    told = telling.tell(stranger, kept.content)  # a private image's words, which they hold in hands already
    assert (told.image, told.prompt, told.draft.source_id) == (None, image.prompt, None)
    with pytest.raises(telling.NoRecipe):
        telling.tell(stranger, clean)
    Image.objects.filter(pk=image.pk).update(visibility=Visibility.TEAM)
    assert telling.tell(stranger, clean).image == image


def test_a_recipe_that_names_no_image_of_ours_is_a_recipe_all_the_same(person: Member) -> None:
    for said in ("", "x", "00000000-0000-4000-8000-000000000000"):
        recipe = {"prompt": CASTLE, "width": "9", "height": None, "quality": "best", "image": said}
        told = telling.tell(person, inscribing.inscribed(png(), "png", recipe, (16, 8)))
        assert told.draft.fields == {"template": CASTLE, "each": "1"}


def test_the_door_asks_who_comes(person: Member) -> None:
    assert Client().get(reverse("picture_recipe"))["Location"].startswith("/sign-in?next=")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person)
    assert send(strict, INVOKED).status_code == 403
    plain = Client()
    plain.force_login(person)
    assert plain.put(reverse("picture_recipe")).status_code == 405
