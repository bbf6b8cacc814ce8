"""The points about rate limits: the headers, their unit, the plan's number, whether questions count."""

import re
from collections.abc import Iterator

from studio.doitong import dialects
from studio.doitong.probe.asking import Asker, Finding, Said, finding
from studio.doitong.probe.free import NOBODY, TYPENAME

NAMES = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)


def findings(asker: Asker, per_minute: int | None) -> Iterator[Finding]:
    """All of them, three requests."""
    before = asker.query(TYPENAME)
    during, after = (asker.ask(dialects.statuses([NOBODY])) for _ in range(2))
    yield _headers(before)
    yield _unit(before)
    yield _plan(before, per_minute)
    yield _questions(before, [during, after])


def _headers(said: Said) -> Finding:
    expected = "X-RateLimit-Limit, -Remaining and -Reset on every answer (S64 to S66)"
    if said.heard is None:
        return finding("limits: headers", expected, said.why, good=None)
    seen = {name: said.header[name] for name in NAMES if name in said.header}
    whole = len(seen) == len(NAMES) and all(_WHOLE.fullmatch(seen[name]) for name in NAMES[:2])
    told = ", ".join(f"{name[12:]} {value}" for name, value in seen.items()) or "none"
    return finding("limits: headers", expected, told, good=whole)


def _unit(said: Said) -> Finding:
    expected, text = "Unix seconds [decided] (S66)", said.header.get(NAMES[2], "")
    unit = unit_of(text)
    seen = f"{unit}: {text}" if unit else f"not readable: {text}" if text else "no header"
    return finding("limits: unit of Reset", expected, seen, good=unit == "Unix seconds" if unit else None)


def unit_of(text: str) -> str | None:
    """In which unit a moment is written; None where it is in none that is known."""
    if re.fullmatch(r"\d{4}-\d\d-\d\dT.+", text, re.ASCII):
        return "ISO 8601"
    if not re.fullmatch(r"\d{1,15}(\.\d+)?", text, re.ASCII):
        return None
    number = float(text)
    return "Unix milliseconds" if number >= 1e11 else "Unix seconds" if number >= 1e9 else "seconds from now"


def _plan(said: Said, per_minute: int | None) -> Finding:
    text = said.header.get(NAMES[0], "")
    if not _WHOLE.fullmatch(text) or per_minute is None:
        why = "the key has no number of its own" if per_minute is None else "no number in the header"
        return finding(
            "limits: requests a minute", f"{per_minute or 'the plan'} (S60 to S63)", why, good=None
        )
    return finding(
        "limits: requests a minute", f"{per_minute} (S60 to S63)", text, good=int(text) == per_minute
    )


def _questions(before: Said, asked: list[Said]) -> Finding:
    expected = "status questions count as requests [decided] (S87)"
    left = [said.header.get(NAMES[1], "") for said in (before, *asked)]
    late = any(said.status == 429 for said in (before, *asked))
    if late or not all(_WHOLE.fullmatch(text) for text in left):
        return finding("limits: questions count", expected, "no Remaining to go by", good=None)
    seen = f"Remaining went {' → '.join(left)}"
    return finding("limits: questions count", expected, seen, good=int(left[-1]) < int(left[0]))
