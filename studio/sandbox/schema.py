"""The GraphQL schema: generate, generateImage, generation, account, credits (S15-S22, S80, S90).

Which questions exist can be switched off, so that introspection tells the truth;
each combination is built once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from graphql import (
    EnumValueNode,
    GraphQLArgument,
    GraphQLError,
    GraphQLField,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    StringValueNode,
    ValueNode,
)

from studio.sandbox import VERSION
from studio.sandbox.jobs import Job
from studio.sandbox.visit import Visit

Info = GraphQLResolveInfo[Any]

JSON = GraphQLScalarType("JSON", description="Any JSON value.")


def _media(value: Any) -> str:
    if value != "IMAGE":
        raise GraphQLError("type must be IMAGE")
    return "IMAGE"


def _media_literal(node: ValueNode, _variables: Any = None) -> str:
    return _media(node.value if isinstance(node, EnumValueNode | StringValueNode) else None)


MEDIA_TYPE = GraphQLScalarType(
    "MediaType",
    serialize=_media,
    parse_value=_media,
    parse_literal=_media_literal,
    description='What to generate: IMAGE, written as a word or as the text "IMAGE".',
)

_TEXT = GraphQLInputField(GraphQLString)
_WHOLE = GraphQLInputField(GraphQLInt)
_REQUIRED_TEXT = GraphQLInputField(GraphQLNonNull(GraphQLString))

GENERATE_INPUT = GraphQLInputObjectType(
    "GenerateInput",
    {
        "type": GraphQLInputField(GraphQLNonNull(MEDIA_TYPE)),
        "provider": _REQUIRED_TEXT,
        "input": GraphQLInputField(
            GraphQLNonNull(
                GraphQLInputObjectType("GenerateText", {"text": _REQUIRED_TEXT, "webhookUrl": _TEXT})
            )
        ),
        "options": GraphQLInputField(
            GraphQLInputObjectType(
                "GenerateOptions",
                {"width": _WHOLE, "height": _WHOLE, "version": _TEXT, "quality": _TEXT, "webhookUrl": _TEXT},
            )
        ),
        "webhookUrl": _TEXT,
    },
)
IMAGE_INPUT = GraphQLInputObjectType(
    "ImageGenerationInput",
    {
        "service": _REQUIRED_TEXT,
        "prompt": _REQUIRED_TEXT,
        "width": _WHOLE,
        "height": _WHOLE,
        "version": _TEXT,
        "quality": _TEXT,
        "webhookUrl": _TEXT,
    },
)


def _visit(info: Info) -> Visit:
    visit = info.context
    assert isinstance(visit, Visit)
    return visit


def _said(name: str) -> Callable[[Job, Info], Any]:
    def resolve(job: Job, info: Info) -> Any:
        return _visit(info).view(job)[name]

    return resolve


def _cost(job: Job, info: Info) -> int | None:
    """The true cost, for the schema's sake; a lie is noted with its path and put in afterwards."""
    if "wrong_cost" in job.faults and job.cost is not None:
        _visit(info).wrong.append((info.path.as_list(), job.faults["wrong_cost"]))
    return job.cost


def _fields(**types: Any) -> dict[str, GraphQLField]:
    return {
        name: GraphQLField(kind, resolve=_cost if name == "creditCost" else _said(name))
        for name, kind in types.items()
    }


_ID, _STATUS = GraphQLNonNull(GraphQLID), GraphQLNonNull(GraphQLString)

GENERATION = GraphQLObjectType(
    "Generation",
    _fields(
        id=_ID,
        status=_STATUS,
        type=MEDIA_TYPE,
        provider=GraphQLString,
        url=GraphQLString,
        metadata=JSON,
        creditCost=GraphQLInt,
        createdAt=GraphQLNonNull(GraphQLString),
        completedAt=GraphQLString,
        duration=GraphQLInt,
        error=JSON,
        webhookUrl=GraphQLString,
    ),
)
IMAGE = GraphQLObjectType(
    "GeneratedImage",
    _fields(
        id=_ID,
        url=GraphQLString,
        width=GraphQLInt,
        height=GraphQLInt,
        status=_STATUS,
        creditCost=GraphQLInt,
        createdAt=GraphQLNonNull(GraphQLString),
        webhookUrl=GraphQLString,
    ),
)
ACCOUNT = GraphQLObjectType(
    "Account", {"plan": GraphQLField(GraphQLString), "credits": GraphQLField(GraphQLInt)}
)
CREDITS = GraphQLObjectType("Credits", {"available": GraphQLField(GraphQLInt)})


def _generate(_root: None, info: Info, **given: Any) -> Job:
    return _visit(info).submit("generate", given["input"])


def _generate_image(_root: None, info: Info, **given: Any) -> Job:
    return _visit(info).submit("generateImage", given["input"])


def _generation(_root: None, info: Info, **given: Any) -> Job:
    return _visit(info).find(given["id"])


def _balance(_root: None, info: Info) -> dict[str, Any]:
    return _visit(info).balance()


def _mutation() -> GraphQLObjectType:
    def one(kind: GraphQLObjectType, of: GraphQLInputObjectType, resolve: Any) -> GraphQLField:
        return GraphQLField(kind, {"input": GraphQLArgument(GraphQLNonNull(of))}, resolve)

    return GraphQLObjectType(
        "Mutation",
        {
            "generate": one(GENERATION, GENERATE_INPUT, _generate),
            "generateImage": one(IMAGE, IMAGE_INPUT, _generate_image),
        },
    )


MUTATION = _mutation()


@lru_cache(maxsize=4)
def schema(*, status: bool = True, balance: bool = True) -> GraphQLSchema:
    """The schema with or without the question for a job's status and for the balance."""
    questions = {"version": GraphQLField(GraphQLString, resolve=lambda _root, _info: VERSION)}
    if status:
        by_id = {"id": GraphQLArgument(_ID)}
        questions["generation"] = GraphQLField(GENERATION, by_id, _generation)
    if balance:
        questions["account"] = GraphQLField(ACCOUNT, resolve=_balance)
        questions["credits"] = GraphQLField(CREDITS, resolve=_balance)
    return GraphQLSchema(query=GraphQLObjectType("Query", questions), mutation=MUTATION)
