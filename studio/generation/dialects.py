"""What the texts of a picture say of its recipe: ours, A1111's, InvokeAI's, SwarmUI's. Pure (A36).

What the provider cannot use is listed by name and value, so that nobody thinks it was.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studio.generation import inscribing
from studio.generation.capabilities import LEAST_SIDE, MOST_SIDE, current
from studio.generation.embedded import COMMENT_KEY, XMP_KEY, Text

MOST_UNUSED = 30
MOST_VALUE = 200  # characters shown of what is not used
MOST_LINE = 20_000  # characters of A1111's line of settings
SETTING = re.compile(r'([A-Za-z][\w \-/]{0,40}):\s*("(?:\\.|[^\\"]){0,2000}"|[^,]{0,400})(?:,|$)')
LORA = re.compile(r"<(?:lora|lyco|hypernet):[^<>]{1,200}>")
BETWEEN_COMMAS = re.compile(rf"(?: ?,)? ?{LORA.pattern}(?= ?(?:,|$))")  # a comma goes with it
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
NEGATIVE = "Negative prompt:"
A1111_SIZE = re.compile(r"([0-9]{1,9})x([0-9]{1,9})", re.ASCII)
NAMES = {
    "negative_prompt": "Negative prompt",
    "negativeprompt": "Negative prompt",
    "cfg_scale": "CFG scale",
    "cfgscale": "CFG scale",
    "seed": "Seed",
    "steps": "Steps",
    "scheduler": "Sampler",
    "sampler": "Sampler",
    "model": "Model",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A recipe in a picture: which tool wrote it, what can be used of it, and what cannot, in pairs."""

    tool: str
    prompt: str
    width: int | None = None
    height: int | None = None
    quality: str = ""
    image: str = ""  # of ours: the id of the image it was
    unused: tuple[tuple[str, str], ...] = ()


def read(texts: Iterable[Text]) -> Found | None:
    """Return the first recipe in these texts, ours before others'; None where there is none."""
    known = [text for text in texts if text.text.strip()]
    for reader in (_ours, _invoke, _swarm, _a1111):
        for text in known:
            if (found := reader(text)) and found.prompt:
                return found
    return None


def _ours(text: Text) -> Found | None:
    said = inscribing.read(text.text) if text.name == XMP_KEY else None
    if said is None:
        return None
    quality = current().parameter("quality")
    known = quality.choices if quality and quality.choices else {}
    asked = str(said.get("quality", ""))
    return Found(
        tool="this studio",
        prompt=_prompt(said["prompt"]),
        **_sides(said.get("width"), said.get("height")),
        quality=asked if asked in known else "",
        image=str(said.get("image", ""))[:36],
    )


def _invoke(text: Text) -> Found | None:
    said = _object(text.text) if text.name == "invokeai_metadata" else None
    if said is None or not isinstance(said.get("positive_prompt"), str):
        return None
    used = {"positive_prompt", "width", "height"}
    return Found(
        tool="InvokeAI",
        prompt=_prompt(said["positive_prompt"]),
        **_sides(said.get("width"), said.get("height")),
        unused=_unused(
            [
                *_no_size(said.get("width"), said.get("height")),
                *((name, value) for name, value in said.items() if name not in used),
            ]
        ),
    )


def _swarm(text: Text) -> Found | None:
    said = _object(text.text) if text.name in {"parameters", COMMENT_KEY} else None
    asked = said.get("sui_image_params") if said else None
    if not isinstance(asked, dict) or not isinstance(asked.get("prompt"), str):
        return None
    used = {"prompt", "width", "height"}
    return Found(
        tool="SwarmUI",
        prompt=_prompt(asked["prompt"]),
        **_sides(asked.get("width"), asked.get("height")),
        unused=_unused(
            [
                *_no_size(asked.get("width"), asked.get("height")),
                *((name, value) for name, value in asked.items() if name not in used),
            ]
        ),
    )


def _a1111(text: Text) -> Found | None:
    """Read “prompt, Negative prompt: …, Steps: 20, Sampler: …”, each part on lines of its own."""
    if text.name not in {"parameters", COMMENT_KEY} or _object(text.text) is not None:
        return None
    *lines, last = text.text.strip().split("\n")
    settings = SETTING.findall(last[:MOST_LINE])
    if len(settings) < 3:
        lines, settings = [*lines, last], []
    if not settings and NEGATIVE not in text.text:
        return None
    prompt, _, negative = "\n".join(lines).partition(NEGATIVE)
    loras = LORA.findall(prompt)
    said = {name.strip(): value.strip().strip('"') for name, value in settings}
    written = said.pop("Size", "")
    size = A1111_SIZE.fullmatch(written)
    sides = size.groups() if size else (written, "") if written else (None, None)
    left = [("Negative prompt", negative.strip()), *(("LoRA", lora.strip("<>")) for lora in loras)]
    return Found(
        tool="A1111",
        prompt=_without_loras(_prompt(prompt)),
        **_sides(*sides),
        unused=_unused([*_no_size(*sides), *left, *said.items()]),
    )


def _object(text: str) -> dict[str, Any] | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        said = json.loads(text, parse_constant=lambda _: None, parse_int=_number)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _number(digits: str) -> int:
    return int(digits[:30])  # Python refuses to read very long ones, and a seed has twenty


def _prompt(text: object) -> str:
    """Return the words of a prompt in one line."""
    return " ".join(CONTROL.sub(" ", str(text)).split())


def _without_loras(prompt: str) -> str:
    return _prompt(LORA.sub("", BETWEEN_COMMAS.sub("", prompt))).strip(" ,")


def _no_size(width: object, height: object) -> list[tuple[str, str]]:
    """Return a size that is said and cannot be asked for as what is not used, with the reason."""
    said = [words for side in (width, height) if (words := _value(side))]
    if not said or _sides(width, height):
        return []
    return [("Size", f"{' × '.join(said)} (each side goes from {LEAST_SIDE} to {MOST_SIDE} pixels)")]


def _sides(width: object, height: object) -> Mapping[str, Any]:
    """Return the sides where both may be asked for."""
    said = (str(width), str(height))
    sides = [int(side) if side.isascii() and side.isdecimal() and len(side) < 6 else 0 for side in said]
    good = all(LEAST_SIDE <= side <= MOST_SIDE for side in sides)
    return {"width": sides[0], "height": sides[1]} if good else {}


def _unused(pairs: Iterable[tuple[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Return what is not used in words; what says nothing is left out, and so is what nobody would read."""
    named = [(NAMES.get(name, _spaced(name)), _value(value)) for name, value in pairs]
    return tuple((name, value) for name, value in named if value)[:MOST_UNUSED]


def _spaced(name: str) -> str:
    words = _prompt(name.replace("_", " "))[:60]
    return words[:1].upper() + words[1:]


def _value(value: Any) -> str:
    """Return a value in a few words; of an object its name, where it has one."""
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("model_name") or ""
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = ", ".join(_value(one) for one in value[:5])
    words = "" if value is None or value is False else _prompt(str(value)[: 4 * MOST_VALUE])
    return f"{words[:MOST_VALUE]}…" if len(words) > MOST_VALUE else words
