"""The form of a key's storm: any fault of the list at random."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.sandbox.panel.accountform import hidden
from studio.sandbox.panel.faultform import number
from studio.sandbox.panel.html import Part, Safe, el, field
from studio.sandbox.storm import Storm

TOLD = (
    "In so many per cent of what happens (a request, a picture fetched, a job that ends) one fault of the"
    " list strikes, beside those that are on. The studio must lose no job, buy none twice, and end each with"
    " a sentence."
)


def storm_form(storm: Storm | None, action: str, token: str) -> Safe:
    """Shows the storm over a key and lets one be sent or ended."""
    rate = el("input", type="number", name="rate", id="storm-rate", min=0, max=100, step="any", required=True,
              value=f"{storm.rate:g}" if storm else 30)  # fmt: skip
    seed = el("input", type="number", name="seed", id="storm-seed", step=1, value=storm.seed if storm else 0)
    fields = [
        field("Rate, %", rate, "storm-rate"),
        field("Seed", seed, "storm-seed"),
        _names("Only", "only", storm.only if storm else []),
        _names("Without", "without", storm.without if storm else []),
    ]
    buttons = [el("button", "Send storm", class_="btn btn--primary")]
    if storm:
        buttons.append(
            el("button", "End storm", class_="btn", name="clear", value="all", formnovalidate=True)
        )
    parts = [hidden(token), el("div", fields, class_="fields"), el("p", buttons, class_="foot")]
    form = el("form", parts, method="post", action=action, class_="card")
    return el("section", el("h2", "Storm"), el("p", TOLD, class_="quiet"), _struck(storm), form)


def _names(label: str, name: str, now: list[str]) -> Safe:
    place = f"storm-{name}"
    made = el("input", type="text", name=name, id=place, value=", ".join(now), maxlength=4_000,
              autocomplete="off", aria_describedby=f"{place}-hint")  # fmt: skip
    return field(label, made, place, "faults or stages, with commas")


def _struck(storm: Storm | None) -> Part:
    if storm is None:
        return None
    often = ", ".join(f"{name} {times}" for name, times in sorted(storm.struck.items())) or "none yet"
    total = sum(storm.struck.values())
    return el("p", el("b", f"{total:,} of {storm.draws:,} struck"), f": {often}", class_="note")


def read_form(form: Mapping[str, str]) -> dict[str, Any]:
    """What a sent form asks for.  Raises BadFault where a number is none."""
    lists = {
        name: [one.strip() for one in form.get(name, "").split(",") if one.strip()]
        for name in ("only", "without")
    }
    return {"rate": number(form.get("rate"), 30), "seed": number(form.get("seed"), 0), **lists}
