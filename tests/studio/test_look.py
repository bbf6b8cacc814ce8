"""The look keeps its promises: known icons, small files, no inline style or script, every state drawn."""

import gzip
import re
from collections.abc import Iterator
from math import exp, log
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.template.loader import get_template, render_to_string
from django.urls import ResolverMatch, path
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from studio import patterns
from studio.templatetags import look

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
SHEETS = sorted((STATIC / "css").rglob("*.css"))
MODULES = sorted((STATIC / "js").glob("*.js"))
COMPONENTS = sorted((ROOT / "templates/components").glob("*.html"))
MOST_BYTES = 80 * 1024  # G2: the scripts and sheets of a page, compressed
NAMED = re.compile(r"{% static '([^']+\.(?:css|js))' %}")

NAMES = (
    *("explore", "queue", "gallery", "credits", "team", "key", "team_key", "meter"),
    *("account_logout", "mfa_index", "notices", "silence", "library_prompts"),
    *("history", "batches", "mentions", "review_rules", "guest_links"),
)
urlpatterns = [path(name, lambda request: HttpResponse(), name=name) for name in NAMES]
pytestmark = pytest.mark.urls(__name__)


def ours() -> Iterator[tuple[Path, str]]:
    """Yield each template of the project with its text."""
    for folder in ("templates", "studio", "gallery"):
        for file in sorted((ROOT / folder).rglob("*.html")):
            yield file, file.read_text()


# --- icons ----------------------------------------------------------------------------------------


def test_an_icon_points_into_the_sprite_and_is_silent() -> None:
    drawn = look.icon("check", "i--s")
    assert drawn == '<svg class="i i--s" aria-hidden="true"><use href="/static/icons.svg#check"></use></svg>'


def test_an_unknown_icon_fails_the_page() -> None:
    with pytest.raises(look.UnknownIconError, match="unicorn"):
        look.icon("unicorn")


def test_every_icon_a_template_names_is_in_the_sprite() -> None:
    named = {name for _, text in ours() for name in re.findall(r'{% icon "([^"]+)"', text)}
    named |= {name for _, text in ours() for name in re.findall(r'icon_name="([^"]+)"', text)}
    assert len(named) > 20
    assert named <= look.icon_names()


# --- parts that are kept --------------------------------------------------------------------------


def test_a_part_is_drawn_once_for_the_same_values_and_anew_for_others() -> None:
    first = look.kept("components/topnav.html", page="gallery", admin=False)
    assert look.kept("components/topnav.html", page="gallery", admin=False) is first
    assert 'data-room="gallery" href="/gallery" aria-current="page"' in first
    assert "aria-current" not in look.kept("components/topnav.html", page="", admin=False)
    assert 'data-room="team"' in look.kept("components/topnav.html", page="gallery", admin=True)


def test_what_a_kept_part_is_given_is_escaped_though_the_same_was_given_as_safe() -> None:
    safe = look.kept("components/brand.html", team_name=SafeString("<b>Us</b>"))
    assert "<b>Us</b>" in safe
    assert "&lt;b&gt;Us&lt;/b&gt;" in look.kept("components/brand.html", team_name="<b>Us</b>")


# --- figures --------------------------------------------------------------------------------------


def test_a_bar_lays_its_parts_one_behind_the_other() -> None:
    boxes = look.bar([("f1", 56), ("f2", 2.5)], "said in words")["boxes"]
    assert boxes == [{"fill": "f1", "x": "0", "width": "56"}, {"fill": "f2", "x": "56", "width": "2.5"}]


@given(st.lists(st.floats(min_value=-10, max_value=200), max_size=6))
def test_a_bar_never_leaves_its_box(percents: list[float]) -> None:
    boxes = look.bar([("f1", percent) for percent in percents], "")["boxes"]
    assert isinstance(boxes, list)
    assert all(float(box["x"]) + float(box["width"]) <= 100.1 for box in boxes)
    assert all(float(box["width"]) >= 0 for box in boxes)


def test_a_share_of_nothing_is_an_empty_bar() -> None:
    assert look.share(3, 0, "")["boxes"] == [{"fill": "f1", "x": "0", "width": "0"}]


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        (look.number(1234567), "1,234,567"),
        (look.number(-14), "−14"),
        (look.number(None), ""),
        (look.signed(500), "+500"),
        (look.signed(-1400), "−1,400"),
        (look.signed(0), "0"),
        (look.credits_(1), "1 credit"),
        (look.credits_(1400), "1,400 credits"),
    ],
)
def test_figures_are_written_for_people(drawn: str, expected: str) -> None:
    assert drawn == expected


@pytest.mark.parametrize(
    ("position", "letters"),
    [(1, "st"), (2, "nd"), (3, "rd"), (4, "th"), (11, "th"), (12, "th"), (21, "st"), (112, "th"), (None, "")],
)
def test_ordinals(position: int | None, letters: str) -> None:
    assert look.nth(position) == letters


# --- ratios ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "css"),
    [((1024, 1024), "r-1x1"), ((1536, 1024), "r-3x2"), ((1024, 680), "r-3x2"), ((512, 2048), "r-1x4")],
)
def test_the_nearest_ratio_is_named(size: tuple[int, int], css: str) -> None:
    assert look.ratio_class(*size) == css


@given(st.integers(512, 2048), st.integers(512, 2048))
def test_a_ratio_class_is_a_rule_and_close(width: int, height: int) -> None:
    rules = (STATIC / "css/components/palette.css").read_text()
    rule = re.search(rf"\.{look.ratio_class(width, height)} {{\s*--r: ([\d.]+);", rules)
    assert rule
    assert exp(abs(log(width / height) - log(float(rule[1])))) < 1.17


# --- the files --------------------------------------------------------------------------------------


def read_by(page: str) -> set[str]:
    """Return the sheets and scripts that a page reads, those of every page among them."""
    everywhere = ("base.html", "components/styles.html", "components/scripts.html")
    texts = [page, *((ROOT / "templates" / name).read_text() for name in everywhere)]
    return {"django_htmx/htmx-2.min.js", *(name for text in texts for name in NAMED.findall(text))}


@pytest.mark.parametrize(
    "page",
    [text for _, text in ours() if text.startswith('{% extends "base.html" %}')],
    ids=[file.name for file, text in ours() if text.startswith('{% extends "base.html" %}')],
)
def test_the_sheets_and_scripts_of_a_page_weigh_little(page: str) -> None:
    files = [finders.find(name) for name in read_by(page)]
    assert len(files) > 20
    assert sum(len(gzip.compress(Path(str(file)).read_bytes(), 6)) for file in files) <= MOST_BYTES


def test_the_mural_weighs_little() -> None:
    pictures = list((STATIC / "mural").glob("*.webp"))
    assert 0 < len(pictures) <= 9
    assert sum(picture.stat().st_size for picture in pictures) <= 300 * 1024


@pytest.mark.parametrize("file", [*SHEETS, *MODULES], ids=lambda file: file.name)
def test_a_file_is_short_and_opens_with_what_it_is_for(file: Path) -> None:
    text = file.read_text()
    assert text.startswith(("/*", "//"))
    assert len(text.splitlines()) <= (400 if file.suffix == ".css" else 70)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda file: file.name)
def test_every_property_a_sheet_reads_is_set_somewhere(sheet: Path) -> None:
    known = {name for each in SHEETS for name in re.findall(r"(--[\w-]+)\s*:", each.read_text())}
    assert set(re.findall(r"var\((--[\w-]+)", sheet.read_text())) <= known


def test_every_sheet_and_module_is_read_by_a_page() -> None:
    read = "".join(text for _, text in ours())
    missing = [file.name for file in [*SHEETS, *MODULES] if file.relative_to(STATIC).as_posix() not in read]
    assert missing == []


def test_every_static_file_a_template_names_exists() -> None:
    named = {name for _, text in ours() for name in re.findall(r"{% static '([^']+)' %}", text)}
    assert len(named) > 30
    assert [name for name in named if finders.find(name) is None] == []


# The pages that a grid is exported as hold all they need in themselves, and are never read from the studio.
@pytest.mark.parametrize(
    ("file", "text"),
    [one for one in ours() if one[0].parent.name != "export"],
    ids=lambda value: value.name if isinstance(value, Path) else "",
)
def test_markup_needs_no_inline_style_or_script(file: Path, text: str) -> None:
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=", re.sub(r"{%.*?%}", "", text))
    assert not re.search(r"hx-on|javascript:|<style|hx-vals=.js:", text)
    assert not re.search(r"""<script(?![^>]*\b(?:src=|type="application/json"))""", text)  # data is not run
    assert not re.search(r"(?:src|href|action)=.https?://", text)


@pytest.mark.parametrize("file", COMPONENTS, ids=lambda file: file.name)
def test_a_component_says_what_it_reads(file: Path) -> None:
    assert re.search(r"{#|{% comment %}", file.read_text()[:120])


# --- the pages --------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["submitting", "queued", "limited", "generating", "held", "failed", "done"])
def test_the_patterns_page_draws_the_tile_in_every_state(state: str) -> None:
    assert f'data-state="{state}"' in patterns_tiles()


def patterns_tiles() -> str:
    """Return only the tiles of the patterns page."""
    return "".join(render_to_string("components/tile.html", {"tile": tile}) for _, tile in patterns.tiles())


def test_ids_on_the_patterns_page_are_its_own() -> None:
    page = render_to_string(
        "patterns.html",
        patterns.VALUES
        | {"form": patterns.example_form(), "tiles": patterns.tiles(), "columns": patterns.columns()}
        | {"wall": patterns.wall()},
    )
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) > 30
    assert sorted({each for each in ids if ids.count(each) > 1}) == []


def test_a_tile_of_any_size_keeps_its_place_without_a_style() -> None:
    tile = patterns.done("dunes", "x", width=1023, height=641)
    drawn = render_to_string("components/tile.html", {"tile": tile})
    assert 'viewBox="0 0 1023 641"' in drawn
    assert 'class="tile tile--sized"' in drawn


def test_a_tile_goes_out_of_band_when_told() -> None:
    tile = patterns.done("dunes", "x")
    assert "hx-swap-oob" not in render_to_string("components/tile.html", {"tile": tile})
    assert 'hx-swap-oob="outerHTML"' in render_to_string("components/tile.html", {"tile": tile, "oob": True})


def test_words_in_a_tile_are_escaped() -> None:
    tile = patterns.done("dunes", "x", title="<b>dunes</b>", alt='"><script>')
    assert "<script" not in render_to_string("components/tile.html", {"tile": tile})


def test_a_field_ties_its_error_to_its_control() -> None:
    drawn = render_to_string(
        "components/field.html", {"field": patterns.example_form()["width"], "unit": "px"}
    )
    assert 'aria-invalid="true"' in drawn
    assert 'aria-describedby="id_width_error"' in drawn
    assert 'id="id_width_error"' in drawn


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_an_error_page_stands_without_a_request(name: str) -> None:
    page = get_template(f"{name}.html").render()
    assert "<h1>" in page
    assert 'href="/"' in page


@pytest.mark.parametrize(("admin", "shown"), [(True, 1), (False, 0)])
def test_team_is_in_the_navigation_of_those_who_look_after_credits(admin: bool, shown: int) -> None:
    assert member_page(admin).count('data-room="team"') == shown


def test_the_page_shown_is_marked_in_the_navigation() -> None:
    assert member_page(admin=True, shown="gallery").count('aria-current="page"') == 1


def test_signing_out_is_a_post() -> None:
    assert '<form method="post" action="/account_logout">' in member_page(admin=False)


def member_page(admin: bool, shown: str = "explore") -> str:
    """Return an error page as a signed-in member sees it, frame and all."""
    request = SimpleNamespace(resolver_match=ResolverMatch(len, (), {}, url_name=shown))
    user = SimpleNamespace(is_authenticated=True, is_admin=admin, name="A Member", initials="AM", hue=0)
    return render_to_string("404.html", {"request": request, "user": user, "team_name": "A Team"})
