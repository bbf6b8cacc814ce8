"""A sandbox in process with a clock that is moved by hand: what the tests here talk to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from studio.sandbox.app import Sandbox, create_app

START = 1_800_000_000.0  # a Friday morning in 2027, UTC
CONTROL = {"X-Sandbox-Control": "test"}
HOOK = "http://studio.test/hook"
GENERATE = """
mutation Generate($input: GenerateInput!) {
  generate(input: $input) { id status type provider url metadata creditCost createdAt }
}
"""
GENERATION = """
query ($id: ID!) {
  generation(id: $id) { id status url creditCost metadata error createdAt completedAt }
}
"""


class Clock:
    """Seconds since 1970 that pass when they are told to."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A webhook as it arrived."""

    url: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def said(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.body)
        return said


@dataclass(slots=True)
class Desk:
    """A client of one key (sbx_pro unless told otherwise) and the hands on clock, faults and webhooks."""

    latency: str = "5"
    data: str = ":memory:"
    clock: Clock = field(default_factory=Clock)
    hooks: list[Hook] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    app: Sandbox = field(init=False)
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.app = create_app(
            self.data, latency=self.latency, fast=True, clock=self.clock, post=self._receive
        )
        self.http = httpx.Client(transport=httpx.WSGITransport(app=self.app), base_url="http://sandbox.test")

    def close(self) -> None:
        self.http.close()
        self.app.close()

    def _receive(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        self.hooks.append(Hook(url=url, body=body, headers=headers))
        return self.answers.pop(0) if self.answers else 200

    def graphql(
        self, query: str, variables: Mapping[str, Any] | None = None, *, key: str = "sbx_pro", **more: Any
    ) -> httpx.Response:
        body = {"query": query, "variables": variables, **more}
        return self.http.post("/graphql", json=body, headers={"Authorization": f"Bearer {key}"})

    def generate(
        self, text: str = "a red dune at dusk", *, key: str = "sbx_pro", **options: Any
    ) -> httpx.Response:
        given = {"type": "IMAGE", "provider": "flux-krea", "input": {"text": text}, "options": options}
        return self.graphql(GENERATE, {"input": given}, key=key)

    def status(self, job_id: str, *, key: str = "sbx_pro") -> httpx.Response:
        return self.graphql(GENERATION, {"id": job_id}, key=key)

    def submit(
        self, prompt: str = "a red dune at dusk", *, key: str = "sbx_pro", **body: Any
    ) -> httpx.Response:
        whole = {"service": "flux-krea", "prompt": prompt, **body}
        return self.http.post("/v1/text_to_image", json=whole, headers={"X-API-Key": key})

    def get(self, path: str, *, key: str = "sbx_pro") -> httpx.Response:
        return self.http.get(path, headers={"X-API-Key": key})

    def job(self, **body: Any) -> str:
        """The id of a new job of sbx_pro."""
        return str(one(self.submit(**body))["id"])

    def seen(self, job_id: str) -> dict[str, Any]:
        """What the GraphQL status says of a job of sbx_pro."""
        return one(self.status(job_id))

    def done(self, **body: Any) -> dict[str, Any]:
        """A new job of sbx_pro, seen after its time."""
        job_id = self.job(**body)
        self.clock.forward(10)
        return self.seen(job_id)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.http.request(method, f"/control{path}", json=body, headers=CONTROL)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def fault(self, name: str, *, key: str = "sbx_pro", **setting: Any) -> None:
        """Sets this one fault."""
        self.faults({"name": name, **setting}, key=key)

    def faults(self, *settings: Mapping[str, Any], key: str = "sbx_pro") -> None:
        self.control("PUT", f"/keys/{key}/faults", {"faults": list(settings)})

    def credits(self, key: str = "sbx_pro") -> int:
        return int(self.control("GET", f"/keys/{key}")["credits"])

    def charges(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.control("GET", "/charges")["charges"]
        return rows

    def delivered(self) -> list[Hook]:
        """The webhooks that are due now, sent."""
        before = len(self.hooks)
        self.app.deliver()
        return self.hooks[before:]


def one(answer: httpx.Response) -> dict[str, Any]:
    """The one object under `data` of a good answer."""
    assert answer.status_code == 200, answer.text
    (value,) = answer.json()["data"].values()
    assert isinstance(value, dict)
    return value


def error(answer: httpx.Response) -> dict[str, Any]:
    """The first error's extensions, with its message."""
    first = answer.json()["errors"][0]
    return {"message": first["message"], **first["extensions"]}
