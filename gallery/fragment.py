"""The drawn tile of an image, kept with its card and joined by the wall. Pure but for icons and addresses.

It is the tile of components/tile.html as a picture that is done has it, in its list item, written once when
its image changes, since a template takes forty times as long (docs/gallery.md). What differs from one page
or member to another is not in it: `BY`, `MARKS` and `ASKED` hold the places, and `placed` fills them.
The picture's maker is told by name only when the page is drawn: a name may change.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html import escape
from uuid import UUID

from django.templatetags.static import static
from django.urls import reverse

from gallery.marked import Marker
from gallery.picture import Picture
from studio.generation.sizes import larger
from studio.generation.tiles import ALT_CHARACTERS, palette
from studio.templatetags.look import credits_, ratio_class

BY = "<!--by-->"  # the maker's name
MARKS = "<!--marks-->"  # what the member who looks made of it: stars, favourite
ASKED = "~asked~"  # the search that the picture's own page goes on in: "" or "?…", ready for an attribute
ICONS = "~icons~"  # the sheet of icons, whose name changes with what is in it
LAZY = ' loading="lazy"'
TITLE_CHARACTERS = 80
NOBODY = UUID(int=0)
FORM = "remixing"  # the page's one form, which carries the token of every tile's button

BADGES = {
    "proposed": ("badge--live", "eye", "Proposed"),
    "changes": ("badge--warn", "pencil", "Changes asked"),
    "approved": ("badge--ok", "check", "Approved"),
    "final": ("badge--ok", "check", "Final"),
    "rejected": ("badge--bad", "x", "Rejected"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said of an image: its status, the mean of its stars and their number, its comments."""

    status: str = "open"
    stars: float = 0.0
    ratings: int = 0
    comments: int = 0


def draw(image: Picture, said: Said) -> str:
    """Return the tile."""
    alt = escape(image.prompt[:ALT_CHARACTERS])
    title = escape(image.prompt[:TITLE_CHARACTERS])
    uuid, width, height = image.uuid, image.width, image.height
    cost = f", {credits_(image.cost)}" if image.cost is not None else ""
    return (
        f'<li class="{_ratio(width, height)}"><article class="tile tile--sized"'
        f' id="image-{uuid}" tabindex="-1" data-state="done"'
        f' data-palette="{palette(image.prompt)}"><svg class="tile__space" viewBox="0 0 {width} {height}"'
        f' aria-hidden="true"><rect width="100%" height="100%" fill="{image.colour}"/></svg>'
        f'<img src="{_shown(image)}" alt="{alt}" decoding="async"{_srcset(image)}'
        f' width="{width}" height="{height}"{LAZY}>'
        f'<a class="tile__open" href="{_images()}{uuid}{ASKED}">'
        f'<span class="sr">Open: {alt}</span></a>'
        f'<input class="tick tile__tick" type="checkbox" form="selection" name="image" value="{uuid}"'
        f' aria-label="Select: {alt}" autocomplete="off" data-key="s" data-tick>'
        f"{_top(image, said)}"
        f'<div class="tile__foot onhover"><div class="tile__cap"><b>{title}</b><span>{BY}{cost}</span></div>'
        f'<span class="push row row--1">{_actions(image, alt)}</span></div></article></li>'
    )


def placed(html: str, *, by: str, marks: str, asked: str, eager: bool) -> str:
    """Return a kept tile with what this page and this member add to it, each of it ready HTML."""
    html = html.replace(BY, by, 1).replace(MARKS, marks, 1).replace(ASKED, asked, 1)
    return html.replace(LAZY, "", 1) if eager else html


def joined(tiles: Iterable[str]) -> str:
    """Return tiles one behind the other, their icons where they are now."""
    return "".join(tiles).replace(ICONS, static("icons.svg"))


def titled(html: str, marker: Marker, prompt: str) -> str:
    """Return a tile whose title shows where the search's words are."""
    before, _, rest = html.partition("<b>")
    _, _, after = rest.partition("</b>")
    elsewhere = "" if marker.finds(prompt) else '<span class="tile__why">in its tags or comments</span>'
    return f"{before}<b>{marker.title(prompt)}</b>{elsewhere}{after}"


def _shown(image: Picture) -> str:
    """Return where it is seen: its original until there are renditions."""
    return image.rendition(512) if image.rendered else f"{_images()}{image.uuid}/original"


def _srcset(image: Picture) -> str:
    if not image.rendered:
        return ""
    small, middle = image.rendition(256), image.rendition(512)
    return f' srcset="{small} 256w, {middle} 512w" sizes="(width &lt; 48rem) 50vw, 320px"'


def _top(image: Picture, said: Said) -> str:
    """Return what stands on the picture: what it was rated, its status, who sees it."""
    stars = (
        f'<span class="plate">{_icon("star")}{said.stars:.1f}<span class="sr"> stars of five</span></span>'
        if said.ratings
        else ""
    )
    talk = (
        f'<span class="plate">{_icon("message-square")}{said.comments}'
        f'<span class="sr"> comments</span></span>'
        if said.comments
        else ""
    )
    css, drawing, word = BADGES.get(said.status, ("", "", ""))
    badge = f'<span class="badge {css}">{_icon(drawing)}{word}</span>' if word else ""
    if image.private:
        badge += f'<span class="badge">{_icon("lock")}<span>Only me</span></span>'
    right = f'<span class="push">{badge}</span>' if badge else ""
    return f'<div class="tile__top">{stars}{talk}{MARKS}{right}</div>'


def _actions(image: Picture, alt: str) -> str:
    grow = f"{_images()}{image.uuid}/larger" if _can_grow(image.width, image.height) else ""
    bigger = (
        f'<a class="pic" href="{grow}" aria-label="Repeat larger: {alt}" title="Repeat larger">'
        f"{_icon('maximize-2')}</a>"
        if grow
        else ""
    )
    return (
        f'<button class="pic" type="submit" form="{FORM}" formaction="{_images()}{image.uuid}/remix"'
        f' aria-label="Remix: {alt}" title="Remix" data-key="r">{_icon("git-fork")}</button>{bigger}'
        f'<a class="pic" href="{_images()}{image.uuid}/original?download=1" download'
        f' aria-label="Download: {alt}" title="Download" data-key="d">{_icon("download")}</a>'
    )


def image_address(uuid: UUID) -> str:
    """Return where an image has its page."""
    return f"{_images()}{uuid}"


@cache
def _images() -> str:
    """Return how the addresses of images begin; looked up once, since a look-up a link is dear."""
    return reverse("image", args=[NOBODY]).removesuffix(str(NOBODY))


def _icon(name: str) -> str:
    """Draw an icon as studio.templatetags.look does, from a sheet that `joined` names."""
    return f'<svg class="i" aria-hidden="true"><use href="{ICONS}#{name}"></use></svg>'


_ratio = cache(ratio_class)


@cache
def _can_grow(width: int, height: int) -> bool:
    return bool(larger(width, height))
