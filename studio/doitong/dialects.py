"""The words of the three documented forms, as requests that are only data. Pure.

    graphql         form A  mutation generate(input: GenerateInput!)               POST /graphql
    generateImage   form B  mutation generateImage(input: ImageGenerationInput!)   POST /graphql
    rest            form C  the parameter table                                    POST /v1/text_to_image

Everything a user writes travels in variables, never in the text of a query.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from studio.doitong.values import Order

SERVICE = "flux-krea"
GRAPHQL_PATH = "/graphql"
REST_PATH = "/v1/text_to_image"
ACCOUNT_PATH = "/v1/account"  # [decided] the provider documents none
DIALECTS = ("graphql", "generateImage", "rest")

_GENERATE = """\
mutation Generate($input: GenerateInput!) {
  generate(input: $input) { id status type provider url metadata creditCost createdAt }
}"""
_GENERATE_IMAGE = """\
mutation GenerateImage($input: ImageGenerationInput!) {
  generateImage(input: $input) { id url width height status createdAt webhookUrl creditCost }
}"""
_JOB_FIELDS = "id status url creditCost metadata error createdAt completedAt"  # [decided] section 4
_ID_TYPE = "ID!"  # [decided] the type of `generation(id:)`
_ACCOUNT = "query Account { account { plan credits } }"
_TYPENAME = "query TestKey { __typename }"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request without its key. `header` says in which header the key goes."""

    method: Literal["GET", "POST"]
    path: str
    body: dict[str, object] | None = field(default=None, hash=False)
    header: Literal["bearer", "x-api-key"] = "bearer"


def create(order: Order, dialect: str) -> Call:
    """The request that asks for one image."""
    if dialect == "rest":
        return Call(method="POST", path=REST_PATH, body=_flat(order), header="x-api-key")
    if dialect == "generateImage":
        return _query(_GENERATE_IMAGE, input=_flat(order))
    return _query(_GENERATE, input=_nested(order))


def status(remote_id: str) -> Call:
    """REST: how one job stands [decided]. `remote_id` must have passed `is_id`: it becomes a path."""
    return Call(method="GET", path=f"{REST_PATH}/{remote_id}", header="x-api-key")


def statuses(remote_ids: Sequence[str]) -> Call:
    """GraphQL: how many jobs stand, in one request, an alias a job (S83)."""
    names = range(len(remote_ids))
    declared = ", ".join(f"$i{n}: {_ID_TYPE}" for n in names)
    asked = "\n".join(f"  {alias(n)}: generation(id: $i{n}) {{ {_JOB_FIELDS} }}" for n in names)
    variables = {f"i{n}": remote_id for n, remote_id in enumerate(remote_ids)}
    return _query(f"query Look({declared}) {{\n{asked}\n}}", **variables)


def alias(number: int) -> str:
    """The name under which `statuses` asks for the job of this number."""
    return f"j{number}"


def account(dialect: str) -> Call:
    """Plan and balance [decided]."""
    if dialect == "rest":
        return Call(method="GET", path=ACCOUNT_PATH, header="x-api-key")
    return _query(_ACCOUNT)


def test_key() -> Call:
    """The request that costs nothing and still needs a good key (S11), in GraphQL for every dialect."""
    return _query(_TYPENAME)


def _query(text: str, **variables: object) -> Call:
    return Call(method="POST", path=GRAPHQL_PATH, body={"query": text, "variables": variables})


def _nested(order: Order) -> dict[str, object]:
    return {
        "type": "IMAGE",
        "provider": SERVICE,
        "input": {"text": order.prompt},
        "options": {"width": order.width, "height": order.height, **_optional(order)},
    }


def _flat(order: Order) -> dict[str, object]:
    return {
        "service": SERVICE,
        "prompt": order.prompt,
        "width": order.width,
        "height": order.height,
        **_optional(order),
    }


def _optional(order: Order) -> dict[str, object]:
    # [decided] `webhookUrl` and `quality` go along in every form, beside the size (S26, S81).
    asked = {"version": order.version, "quality": order.quality, "webhookUrl": order.webhook_url}
    return {name: value for name, value in asked.items() if value is not None}
