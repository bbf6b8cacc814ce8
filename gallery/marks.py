"""What a member made of an image for themselves, put beside the kept tile: stars, favourite. Pure."""

from studio.templatetags.look import icon


def drawn(stars: int, *, kept: bool) -> str:
    """Return a small piece of HTML, "" for an image that the member did not mark."""
    return (_stars(stars) if stars else "") + (_heart() if kept else "")


def _stars(count: int) -> str:
    words = '<span class="sr"> stars from you</span>'
    return f'<span class="plate plate--mine">{icon("star")}{count}{words}</span>'


def _heart() -> str:
    return f'<span class="plate plate--mine">{icon("heart")}<span class="sr">Your favourite</span></span>'
