"""Answers of the provider that were right before something went wrong with them, for Hypothesis.

Each begins as a sample file and is changed a few times: fields dropped, doubled or of another type,
huge numbers, deep nesting, and then the bytes: another encoding, cut, not JSON, compressed, HTML.
"""

import copy
import gzip
import json
from dataclasses import dataclass
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.studio.doitong.conftest import sample

ID = "abc123xyz"
CANARY = "dk_live_4uHq8ZpW2mNc7RtYx9Lb"  # the key of these tests, echoed


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One answer as it comes over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


def deep(levels: int) -> Any:
    tree: Any = ID
    for number in range(levels):
        tree = [tree] if number % 2 else {"id": tree}
    return tree


ODD: list[Any] = [
    *(None, True, False, 0, -1, 1, -5, 10**4, 10**5, 2**31, 2**63, 10**400, 0.5, -0.0, 1e308),
    *(
        float("nan"),
        float("inf"),
        "",
        " ",
        "completed",
        "failed",
        "queued",
        "processing",
        "COMPLETED",
        "dancing",
    ),
    *(
        ID,
        "other_1",
        "../../etc",
        "<b>x</b>",
        "a" * 65,
        "a" * 5_000,
        "\x00",
        "\ud800",
        "ü\u202e\r\nSet-Cookie: x",
    ),
    *(CANARY, CANARY[::-1], "2026-01-15T10:00:00Z", "9999-99-99", "0000-01-01T00:00:00+99:00", "14", "1e3"),
    *(
        "https://cdn.doitong.com/outputs/abc123xyz.jpg",
        "javascript:alert(1)",
        "http://127.0.0.1/",
        "https://[",
    ),
    *([], {}, [[]], [None], {"id": ID}, {"code": 1}, deep(30), deep(200), [None, 1, "x"]),
    *([{"message": {"a": 1}, "extensions": [1]}], [{"extensions": {"code": "INTERNAL"}}]),
]
KEYS = [
    *("id", "status", "url", "creditCost", "createdAt", "completedAt", "error", "errors", "data"),
    *("message", "extensions", "code", "path", "metadata"),
]
STATUSES = [
    *(200, 200, 200, 200, 201, 202, 204, 301, 302, 400, 401, 402, 403, 404, 408, 409, 413, 418, 429),
    *(500, 501, 502, 503, 504, 520, 599),
]
TYPES = [
    *("application/json", "application/json; charset=utf-16", "application/graphql-response+json"),
    *("text/plain", "text/html", "image/jpeg", "", "application/json; charset=nothing", "x" * 300),
]
RATES = ["60", "0", "-1", "99999999999", "1e9", "x", "", "2026-01-15T10:00:00Z", "Thu, 01 Jan 1970", "5"]


def samples(kind: str) -> list[dict[str, Any]]:
    """Return the answers to begin with: to an order ("generate"), to a question ("status"), errors."""
    if kind == "error":
        return [*sample("broken"), sample("insufficient_credits")]
    if kind == "generate":
        return [sample(name) for name in ("accepted", "completed", "generate", "generate_image")]
    jobs = [one["job"] for one in sample("jobs")]
    done = {
        "id": ID,
        "status": "completed",
        "url": f"https://cdn.doitong.com/outputs/{ID}.jpg",
        "creditCost": 14,
    }
    return [
        {"status": 200, "headers": {}, "body": {"data": {"j0": job}}}
        for job in (*jobs, done, done | {"status": "failed", "error": {"code": "X", "message": "no"}})
    ]


@st.composite
def mutants(draw: st.DrawFn, kind: str) -> Mutant:
    """Return an answer of this kind that was changed one to five times."""
    dice = Random(draw(st.integers(0, 2**64 - 1)))
    told = dice.choice(samples(kind))
    status, headers = told["status"], {"content-type": "application/json", **told.get("headers", {})}
    body = told["text"].encode() if "text" in told else b""
    if "body" in told:
        tree = copy.deepcopy(told["body"])
        for _ in range(dice.randint(1, 4)):
            tree = _changed(dice, tree)
        body = json.dumps(tree).encode()
    if "body" not in told or dice.random() < 0.25:
        status = dice.choice(STATUSES)
        body = _garbled(dice, body, headers)
    if dice.random() < 0.2:
        headers |= {"x-ratelimit-limit": dice.choice(RATES), "x-ratelimit-reset": dice.choice(RATES)}
        headers["retry-after"] = dice.choice(RATES)
    return Mutant(status=status, headers=headers, body=body)


def _changed(dice: Random, tree: Any) -> Any:
    """Change one place of a JSON tree: itself, or somewhere below."""
    if isinstance(tree, list) and tree and dice.random() < 0.8:
        at = dice.randrange(len(tree))
        tree[at] = _changed(dice, tree[at])
        return tree
    if not isinstance(tree, dict) or not tree or dice.random() < 0.1:
        return copy.deepcopy(dice.choice(ODD))
    name = dice.choice(sorted(tree))
    match dice.choice(["below", "below", "below", "drop", "odd", "more", "rename"]):
        case "drop":
            tree.pop(name)
        case "odd":
            tree[name] = copy.deepcopy(dice.choice(ODD))
        case "more":
            tree[dice.choice(KEYS)] = copy.deepcopy(dice.choice(ODD))
        case "rename":
            tree[dice.choice([*KEYS, "generate", "generateImage", "j1", ""])] = tree.pop(name)
        case _:
            tree[name] = _changed(dice, tree[name])
    return tree


def _garbled(dice: Random, body: bytes, headers: dict[str, str]) -> bytes:
    """Do something to the bytes, or to what the headers say of them."""
    at = dice.randrange(len(body) + 1)
    match dice.choice(["headers", "headers", "cut", "utf-16", "bom", "latin", "html", "deep", "flip"]):
        case "cut":
            return body[:at]
        case "utf-16":
            return body.decode("latin-1").encode("utf-16")
        case "bom":
            return b"\xef\xbb\xbf" + body
        case "latin":
            return body.replace(b'"', b"\xff", 1)
        case "html":
            return b"<!doctype html><title>502</title>" + body
        case "deep":
            return b'{"data":' * 3_000 + body
        case "flip":
            return body[:at] + bytes([dice.randrange(256)]) + body[at + 1 :]
    return _labelled(dice, body, headers)


def _labelled(dice: Random, body: bytes, headers: dict[str, str]) -> bytes:
    """Say of the bytes what they are not; or compress them and say so, or not."""
    match dice.choice(["nothing", "gzip", "encoding", "type"]):
        case "gzip":
            headers["content-encoding"] = "gzip"
            return gzip.compress(body, mtime=0)
        case "encoding":
            headers["content-encoding"] = dice.choice(["gzip", "br", "deflate", "x"])
        case "type":
            headers["content-type"] = dice.choice(TYPES)
    return body
