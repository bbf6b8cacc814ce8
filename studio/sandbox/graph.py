"""POST /graphql: parse, validate, execute, and the HTTP status that belongs to the outcome (S13-S17, S24).

[decided] A request that cannot be understood has no `data`; one that was
understood and failed has `data: null` and the HTTP status of its first error;
one that succeeded in part is 200 with both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    execute_sync,
    parse,
    validate,
)

from studio.sandbox import literals
from studio.sandbox.errors import CODES, ApiError
from studio.sandbox.faults import Subject
from studio.sandbox.schema import schema
from studio.sandbox.visit import LEFT_OUT, Visit

MOST_TOKENS = 8_000
INTROSPECTION = re.compile(r"\b__(?:schema|type)\b")

Outcome = tuple[int, dict[str, Any]]


@lru_cache(maxsize=64)  # a document can be large, and one with ids in it does not come again
def _document(text: str) -> DocumentNode:
    try:
        return parse(text, max_tokens=MOST_TOKENS)
    except RecursionError:
        raise GraphQLError("The document is nested too deeply.") from None


@lru_cache(maxsize=128)
def _mistakes(text: str, known: GraphQLSchema) -> tuple[GraphQLError, ...]:
    return tuple(validate(known, _document(text)))


def subject(body: dict[str, Any]) -> Subject:
    """What a request asks, before it is executed: the kind of its first field."""
    try:
        text = body["query"]
        quick = literals.lifted(text) if not body.get("variables") else None
        fields = _top_fields(_document(quick[0] if quick else text), body.get("operationName"))
    except (GraphQLError, KeyError, TypeError):
        return "other"
    if {"generate", "generateImage"} & fields:
        return "submit"
    if "generation" in fields:
        return "status"
    return "account" if {"account", "credits"} & fields else "other"


def _top_fields(document: DocumentNode, name: str | None) -> set[str]:
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    chosen = [one for one in operations if name is None or (one.name and one.name.value == name)]
    return {
        field.name.value
        for one in chosen[:1]
        for field in one.selection_set.selections
        if isinstance(field, FieldNode)
    }


def answer(visit: Visit, body: dict[str, Any]) -> Outcome:
    """HTTP status and body for one request.  Raises ApiError(400) where it is no GraphQL request."""
    text, variables, name = _parts(body)
    known = schema(
        status=visit.switched("status_graphql_off") is None,
        balance=visit.switched("balance_off") is None,
    )
    if visit.switched("introspection_off") and INTROSPECTION.search(text):
        raise ApiError(400, "Introspection is switched off.")
    quick = literals.lifted(text) if not variables else None
    if quick and not _quickly_wrong(quick[0], known):
        done = _execute(visit, known, quick[0], quick[1], name)
        if not done.errors:
            return _outcome(visit, done)
        visit.wrong.clear()  # again, as it was written: an error names lines and columns
    try:
        mistakes = _mistakes(text, known)
    except GraphQLError as unreadable:
        mistakes = (unreadable,)
    if mistakes:
        return 400, {"errors": [_formatted(mistake) for mistake in mistakes]}
    return _outcome(visit, _execute(visit, known, text, variables, name))


def _execute(
    visit: Visit, known: GraphQLSchema, text: str, variables: Mapping[str, Any], name: str | None
) -> ExecutionResult:
    return execute_sync(
        known, _document(text), context_value=visit, variable_values=dict(variables), operation_name=name
    )


def _quickly_wrong(text: str, known: GraphQLSchema) -> bool:
    try:
        return bool(_mistakes(text, known))
    except GraphQLError:
        return True


def _parts(body: dict[str, Any]) -> tuple[str, dict[str, Any], str | None]:
    text, variables, name = body.get("query"), body.get("variables"), body.get("operationName")
    if not isinstance(text, str) or not text.strip():
        raise ApiError(400, "query is required", field="query")
    if variables is not None and not isinstance(variables, dict):
        raise ApiError(400, "variables must be an object", field="variables")
    if name is not None and not isinstance(name, str):
        raise ApiError(400, "operationName must be a string", field="operationName")
    return text, variables or {}, name or None


def _outcome(visit: Visit, result: ExecutionResult) -> Outcome:
    data = result.data
    _put_lies(visit, data)
    if not result.errors:
        return 200, {"data": data}
    errors = [_formatted(error) for error in result.errors]
    if data is None and not any(error.path for error in result.errors):
        return 400, {"errors": errors}  # the variables or the operation's name were wrong
    if data is not None and any(value is not None for value in data.values()):
        return 200, {"errors": errors, "data": data}
    return _status(result.errors[0]), {"errors": errors, "data": None}


def _put_lies(visit: Visit, data: dict[str, Any] | None) -> None:
    for path, value in visit.wrong:
        place: Any = data
        for step in path[:-1]:
            place = place[step]
        if value == LEFT_OUT:
            del place[path[-1]]
        else:
            place[path[-1]] = value


def _status(error: GraphQLError) -> int:
    cause = error.original_error
    if isinstance(cause, ApiError):
        return cause.status
    if cause is not None and not isinstance(cause, GraphQLError):
        raise cause  # a mistake of the sandbox's own: the front desk reports it
    return 400


def _formatted(error: GraphQLError) -> dict[str, Any]:
    formatted: dict[str, Any] = dict(error.formatted)
    cause = error.original_error
    extensions = cause.extensions if isinstance(cause, ApiError) else {"code": CODES[400]}
    return {**formatted, "extensions": extensions}
