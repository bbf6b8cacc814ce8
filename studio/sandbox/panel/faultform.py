"""The form of all faults of a key: how each is drawn, and what a sent form means.

A form carries, for each fault that is on: `on:NAME`, `rate:NAME`, `count:NAME`,
`value:NAME`, `of:NAME` (which requests), `after:NAME` (Retry-After) and `seed:NAME`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from studio.sandbox.catalogue import CATALOGUE, STAGES, Kind
from studio.sandbox.expected import EXPECTED
from studio.sandbox.faults import SCOPES, BadFault
from studio.sandbox.panel.html import Part, Safe, choose, el, field

LOOKS_AT_REQUESTS = {"request", "answer"}
Setting = Mapping[str, Any]


def drawn(set_now: Mapping[str, Setting]) -> Part:
    """All faults, stage by stage; those of `set_now` are on."""
    return [_stage(stage, told, set_now) for stage, told in STAGES.items()]


def _stage(stage: str, told: str, set_now: Mapping[str, Setting]) -> Safe:
    kinds = [kind for kind in CATALOGUE.values() if kind.stage == stage]
    on = sum(kind.name in set_now for kind in kinds)
    count = el("span", f"{on} on" if on else f"{len(kinds)}", class_="badge badge--on" if on else "badge")
    head = el("summary", el("h3", stage.capitalize()), el("span", told, class_="quiet"), count)
    rows = [_fault(kind, set_now.get(kind.name)) for kind in kinds]
    return el("details", head, el("ul", rows, class_="faults"), class_="stage", open=on > 0)


def _fault(kind: Kind, setting: Setting | None) -> Safe:
    name = kind.name
    switch = el("input", type="checkbox", name=f"on:{name}", id=f"on-{name}", checked=setting is not None)
    told = el("p", kind.sentence, class_="told")
    good = el("p", el("span", "The studio:", class_="quiet"), " ", EXPECTED[name], class_="good")
    more = el("details", el("summary", "How"), el("div", _how(kind, setting or {}), class_="fields"))
    label = el("label", el("code", name), for_=f"on-{name}")
    return el("li", el("div", switch, label, class_="check"), told, good, more, class_="fault")


def _how(kind: Kind, now: Setting) -> list[Safe]:
    name = kind.name
    made = [
        _number(f"rate:{name}", "Rate, %", now.get("rate", 100), most=100, step="any"),
        _number(f"count:{name}", "Times, then well", now.get("count"), hint="empty: without an end"),
        _number(f"seed:{name}", "Seed", now.get("seed", 0)),
    ]
    if kind.choices:
        made.append(_select(f"value:{name}", "Value", kind.choices, str(now.get("value", kind.value))))
    elif kind.value is not None:
        shown = written(now.get("value", kind.value))
        made.append(_input(f"value:{name}", "Value", value=shown, type="text", maxlength=2_000))
    if kind.name.startswith("http_"):
        made.append(
            _input(
                f"after:{name}", "Retry-After", type="text", value=now.get("retry_after") or "", maxlength=60
            )
        )
    if kind.stage in LOOKS_AT_REQUESTS:
        made.append(_select(f"of:{name}", "Requests", SCOPES, str(now.get("on", "submit"))))
    return made


def _number(
    name: str, label: str, value: Any, *, most: int | None = None, hint: str = "", step: str = "1"
) -> Safe:
    given = {"value": "" if value is None else f"{value:g}" if isinstance(value, float) else value}
    return _input(name, label, hint=hint, type="number", min=0, max=most, step=step, **given)


def _input(name: str, label: str, *, hint: str = "", **attributes: Any) -> Safe:
    place = name.replace(":", "-")
    described = f"{place}-hint" if hint else None
    return field(
        label, el("input", name=name, id=place, aria_describedby=described, **attributes), place, hint
    )


def _select(name: str, label: str, options: tuple[str, ...], chosen: str) -> Safe:
    place = name.replace(":", "-")
    return field(label, choose(name, place, options, chosen), place)


def written(value: Any) -> str:
    """A fault's value as a person writes it: texts bare, lists with commas."""
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return value if isinstance(value, str) else json.dumps(value)


def read_form(form: Mapping[str, str]) -> list[dict[str, Any]]:
    """The settings that a sent form means.  Raises BadFault where a number is none."""
    names = [name.removeprefix("on:") for name in form if name.startswith("on:")]
    return [_setting(name, form) for name in names]


def _setting(name: str, form: Mapping[str, str]) -> dict[str, Any]:
    kind = CATALOGUE.get(name)
    if kind is None:
        raise BadFault(f"there is no fault {name!r}")
    made: dict[str, Any] = {"name": name, "rate": number(form.get(f"rate:{name}"), 100)}
    made["count"] = number(form.get(f"count:{name}"), None)
    made["seed"] = number(form.get(f"seed:{name}"), 0)
    made["on"] = form.get(f"of:{name}") or "submit"
    made["retry_after"] = form.get(f"after:{name}", "").strip() or None
    given = form.get(f"value:{name}", "").strip()
    if given and kind.value is not None:
        made["value"] = meant(kind, given)
    return made


def meant(kind: Kind, given: str) -> Any:
    """The value that a person wrote, in the type that the fault takes."""
    if isinstance(kind.value, list):
        return [one.strip() for one in given.split(",") if one.strip()]
    if isinstance(kind.value, str):
        return given
    try:
        return json.loads(given)
    except ValueError:
        return given


def number(given: str | None, usual: int | None) -> Any:
    """The number that was written; `usual` where nothing was.  Raises BadFault."""
    text = (given or "").strip()
    if not text:
        return usual
    try:
        value = float(text)
    except ValueError:
        raise BadFault(f"{text[:20]!r} is not a number") from None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value
