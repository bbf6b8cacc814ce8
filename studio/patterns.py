"""The patterns page: every component in every state, drawn from example values.

A page to look at while changing a sheet or a component. It touches no row and no room; the values
are plain dictionaries, because a template reads them as it reads the rooms' own values.
"""

from types import MappingProxyType
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static

from studio.templatetags.look import ratio_class

Value = dict[str, Any]

SWATCHES = (
    *("bg", "surface", "well", "hover", "line-2", "ink-3", "ink-2", "ink"),
    *("accent", "accent-soft", "ok", "warn", "bad"),
)
TYPE = (
    ("t-3x", "3x, 32 to 48", "Try every version"),
    ("t-2x num", "2x, 28, figures", "840 of 2,000"),
    ("title", "xl, 20, page titles", "Credits"),
    ("t-l", "l, 16, prompts", "A lone traveller crossing red desert dunes, wide shot"),
    ("", "b, 14, body", "What a run does not use comes back."),
    ("t-m", "m, 13, controls", "Send 3 to review"),
    ("t-s dim", "s, 12, meta", "14 credits, 16 s"),
)
PICTURES = MappingProxyType(
    {  # pictures of the sign-in page: pixels and the colour that stands in for them
        "arches": (720, 900, "#b98a6c"),
        "aurora": (768, 432, "#173a4c"),
        "saturn": (540, 540, "#4a2818"),
        "forest": (515, 768, "#9aa9a8"),
        "dahlia": (540, 540, "#a86b8e"),
        "bottles": (540, 540, "#78b070"),
        "dunes": (768, 515, "#ecca8c"),
        "silk": (540, 540, "#d86a5c"),
    }
)


class ExampleForm(forms.Form):
    """One field of each kind, one of them with an error when bound."""

    name = forms.CharField(required=False, help_text="Shown to the whole team.")
    width = forms.IntegerField(
        min_value=512,
        max_value=2048,
        error_messages={"max_value": "At most 2048. Doitong takes 512 to 2048."},
    )
    plan = forms.ChoiceField(choices=[("starter", "Starter, 30 a minute, 3 at once")])
    quality = forms.ChoiceField(
        choices=[("draft", "Draft"), ("standard", "Standard"), ("high", "High")], widget=forms.RadioSelect
    )
    shape = forms.ChoiceField(
        choices=[
            (f"{w}x{h}", f"{w}:{h}") for w, h in ((1, 1), (4, 5), (2, 3), (9, 16), (3, 2), (16, 9), (21, 9))
        ],
        widget=forms.RadioSelect,
    )
    prompt = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


def example_form() -> ExampleForm:
    """Return the form as it comes back with one mistake in it."""
    return ExampleForm(
        {
            "width": "4096",
            "plan": "starter",
            "quality": "standard",
            "shape": "3x2",
            "prompt": "A lone traveller crossing {red|blue|golden hour} desert dunes, wide shot, 35mm film",
        }
    )


def waiting(state: str, key: str = "", **more: Any) -> Value:
    """Return a tile that has no picture yet; key keeps ids apart where a state is drawn twice."""
    basis: Value = {
        "id": f"tile-{state}{key}",
        "state": state,
        "ratio": "r-3x2",
        "width": 1200,
        "height": 800,
    }
    return basis | {"title": state.capitalize(), "percent": None} | more


def done(picture: str, key: str, **more: Any) -> Value:
    """Return a tile with one of PICTURES in it."""
    width, height, colour = PICTURES[picture]
    basis: Value = {"id": f"tile-{picture}-{key}", "state": "done", "width": width, "height": height}
    look: Value = {
        "ratio": ratio_class(width, height),
        "colour": colour,
        "src": static(f"mural/{picture}.webp"),
    }
    return (
        basis
        | look
        | {"alt": picture.capitalize(), "href": "#tiles", "title": picture, "download": "#tiles"}
        | more
    )


def action(label: str, icon: str = "", key: str = "") -> Value:
    """Return one thing to do about a tile; on this page it goes nowhere."""
    return {"label": label, "icon": icon, "url": "#tiles", "id": key, "confirm": ""}


def tiles() -> list[tuple[str, Value]]:
    """Return each state of the tile with its name."""
    return [
        ("submitting", waiting("submitting", title="Sending")),
        ("queued", waiting("queued", position=3, wait="Starts in about 40 s", title="3rd in line")),
        (
            "limited",
            waiting("limited", title="Waiting on the rate limit", why="30 a minute. Goes on in 12 s."),
        ),
        ("generating, golden", waiting("generating", palette="golden", since=9, percent=50, usually=18)),
        (
            "generating, late",
            waiting(
                "generating", "-late", palette="dusk", since=31, percent=100, why="Taking longer than usual"
            ),
        ),
        (
            "held",
            waiting(
                "held", title="Held for credits", why="Needs 30–50, you have 12.", actions=[action("Release")]
            ),
        ),
        (
            "failed",
            waiting(
                "failed",
                title="Doitong had an error",
                why="500 after 3 tries.",
                cost="Not charged",
                actions=[action("Retry", "rotate-ccw")],
            ),
        ),
        (
            "done",
            done(
                "dunes", "done", plate="14 credits", title="golden hour, dunes", meta="16 s", remix="#tiles"
            ),
        ),
        ("done, to select", done("dunes", "tick", tick="dunes", badge="approved")),
    ]


def columns() -> list[Value]:
    """Return three variations of two images, as a run shows them."""
    return [
        {
            "name": "red",
            "tiles": [done("dunes", "r1", title="red, 1 of 2"), waiting("failed", "-r2", title="Refused")],
        },
        {
            "name": "blue",
            "tiles": [
                waiting("generating", "-b1", palette="blue", since=14, percent=74, usually=18),
                waiting("queued", "-b2", position=2, wait="Starts in about 20 s"),
            ],
        },
        {
            "name": "golden hour",
            "tiles": [done("dunes", "g1", title="golden hour, 1 of 2"), waiting("held", "-g2", title="Held")],
        },
    ]


def wall() -> list[Value]:
    """Return pictures of all shapes, as the gallery lays them out."""
    order = ("aurora", "arches", "dunes", "saturn", "forest", "dahlia", "bottles", "silk")
    return [done(name, f"wall-{turn}", tick=name, remix="#tiles") for turn in (1, 2) for name in order]


RUN: Value = {
    "id": "example",
    "title": "Lone traveller, dunes",
    "kind": "live",
    "word": "Running",
    "prompt": [
        {"text": "A lone traveller crossing ", "varied": False},
        {"text": "red, blue, golden hour", "varied": True},
        {"text": " desert dunes, wide shot, long shadows", "varied": False},
    ],
    "states": ["done", "done", "generating", "queued", "held", "failed"],
    "stages_label": "2 done, 1 generating, 1 queued, 1 held, 1 failed",
    "done": 2,
    "total": 6,
    "facts": ["1 generating", "1 queued", "1 held", "1 failed"],
    "spent": "29 credits so far",
}
COST: Value = {
    "formula": "3 × 2",
    "images": 6,
    "low": 60,
    "high": 120,
    "available": 840,
    "enough": True,
    "leaves": "720–780",
    "label": "Of 2,000 credits: 1,120 spent, 40 held, this run 60 to 120, at least 720 left",
    "parts": [("f4", 56), ("f3", 2), ("f1", 3), ("f2", 3)],
}
VALUES: Value = {
    "swatches": SWATCHES,
    "type": TYPE,
    "review_states": ("review", "approved", "work", "rejected"),
    "key_states": ("ok", "refused", "no_credits", "disabled"),
    "people": [{"name": f"Member {n}", "initials": f"M{n}", "hue": n} for n in range(8)],
    "tabs": [
        {"text": "All", "href": "#menus", "count": 1284, "current": True},
        {"text": "In review", "href": "#menus", "count": 18},
        {"text": "Approved", "href": "#menus"},
    ],
    "links": [{"text": "All", "href": "#menus", "current": True}, {"text": "Spent", "href": "#menus"}],
    "menu_items": [
        {"label": "Open", "icon": "maximize-2", "href": "#menus", "key": "↵"},
        {"label": "Remix prompt", "icon": "git-fork", "url": "#menus", "key": "R"},
        {"label": "Give up", "icon": "ban", "url": "#menus", "danger": True},
    ],
    "run": RUN,
    "run_actions": [
        {"label": "Remix", "icon": "git-fork", "url": "#runs"},
        {"label": "Stop the rest", "icon": "ban", "url": "#runs"},
    ],
    "cost": COST,
    "cost_short": COST | {"available": 30, "enough": False, "parts": []},
    "variations": [
        {"name": "red", "palette": "red"},
        {"name": "blue", "palette": "blue"},
        {"name": "golden hour", "palette": "golden"},
    ],
    "each": (1, 2),
    "coach": [{"word": word, "said": word != "Mood"} for word in ("Subject", "Style", "Lighting", "Mood")],
    "coach_words": [{"label": word, "text": word} for word in ("serene", "tense", "dreamlike")],
    "key": {"last4": "x7Qd", "plan": "Starter"},
    "limits": [
        {"label": "This minute", "used": 22, "limit": 30},
        {"label": "At once", "used": 1, "limit": 3},
        {"label": "Today", "used": 64, "limit": None},
    ],
    "params": [("Size", "896 × 1120, 4:5"), ("Quality", "Standard"), ("Cost", "14 credits")],
    "ledger": [("golden hour, 1 of 2", "Settled", -15, 840), ("Top up", "Added", 500, 855)],
}


def patterns(request: HttpRequest) -> HttpResponse:
    """Draw every component in every state; for members, like any page."""
    live = {"form": example_form(), "tiles": tiles(), "columns": columns(), "wall": wall()}
    return render(request, "patterns.html", VALUES | live | {"note_kinds": ("", "live", "ok", "warn", "bad")})
