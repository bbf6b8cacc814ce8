"""The points that cost nothing: headers, forms, errors, how jobs stand, the account, a finished job.

An order that is sent here lacks its prompt, or asks for a field that cannot exist: no server can take it.
"""

import re
from collections.abc import Iterator, Mapping

from studio.doitong import dialects
from studio.doitong.dialects import ACCOUNT_PATH, REST_PATH, Call
from studio.doitong.probe.asking import (
    Asker,
    Finding,
    Said,
    by_other_header,
    finding,
    graphql,
    judged,
    mapping,
    rest,
)
from studio.doitong.times import read_time

NOBODY = "probe0000000"  # an id that no job has
NO_FIELD = "studioProbe"  # a field that no type has
EMPTY_ORDER = Call(method="POST", path=REST_PATH, body={}, header="x-api-key")
TYPENAME = "query Probe { __typename }"
SCHEMA = "query Probe { __schema { queryType { fields { name } } mutationType { fields { name } } } }"
_UNKNOWN_FIELD = re.compile(r"cannot query field [\"'](\w+)[\"']", re.IGNORECASE)


def findings(asker: Asker, known_id: str | None) -> Iterator[Finding]:
    """All of them, some ten requests."""
    yield from _access(asker)
    yield from _forms(asker)
    yield from _status(asker, known_id)
    yield from _account(asker)


def _access(asker: Asker) -> Iterator[Finding]:
    bearer, api_key = asker.query(TYPENAME), asker.ask(rest(f"{REST_PATH}/{NOBODY}"))
    yield judged("access: GraphQL", "Authorization: Bearer opens it (S8)", bearer, good=not _locked(bearer))
    yield judged("access: REST", "X-API-Key opens it (S9)", api_key, good=not _locked(api_key))
    other = asker.ask(by_other_header(graphql(TYPENAME)))
    others = (other, asker.ask(by_other_header(rest(f"{REST_PATH}/{NOBODY}"))))
    shut = next((said for said in others if _locked(said)), other)
    told = "either header opens either endpoint [decided]"
    yield judged("access: either header", told, shut, good=not _locked(shut))
    wrong = asker.ask_as_stranger(graphql(TYPENAME))
    yield judged("errors: wrong key", "401 (S48)", wrong, good=wrong.status == 401)


def _locked(said: Said) -> bool:
    return said.status in (401, 403)


def _forms(asker: Asker) -> Iterator[Finding]:
    schema = asker.query(SCHEMA)
    yield judged("GraphQL: introspection", "tells its schema (S80)", schema, good=bool(_fields(schema)))
    for name in ("generate", "generateImage"):
        said = asker.query(f"mutation Probe {{ {name} {{ {NO_FIELD} }} }}")
        known = said.refused and name not in _UNKNOWN_FIELD.findall(" ".join(_messages(said)))
        yield judged(f"form: {name}", f"there is a mutation {name} (S15, S22)", said, good=known)
    empty = asker.ask(EMPTY_ORDER)
    yield judged("form: REST", "takes orders, refuses an empty one (S32)", empty, good=empty.refused)
    shaped = bool(empty.message) and "code" in mapping(empty.errors[0].get("extensions"))
    yield judged("errors: body", "errors[].message and .extensions.code (S52)", empty, good=shaped)
    yield judged("errors: status", "a bad request is 400 (S47, S89)", empty, good=empty.status == 400)


def _fields(schema: Said) -> Mapping[str, object]:
    data = next((mapping(value) for value in schema.data.values()), {})
    return mapping(data.get("mutationType"))


def _messages(said: Said) -> list[str]:
    return [str(error.get("message", "")) for error in said.errors]


def _status(asker: Asker, known_id: str | None) -> Iterator[Finding]:
    known = known_id or NOBODY
    one = asker.ask(dialects.statuses([known]))
    unanswered = bool({"generation"} & set(_UNKNOWN_FIELD.findall(" ".join(_messages(one)))))
    answered = not unanswered and (bool(one.data) or one.refused)
    yield judged("status: GraphQL", "there is generation(id) [decided]", one, good=answered)
    yield from _keys(asker, one, known_id, asked=answered)
    by_path = asker.ask(dialects.status(known))
    expected = f"GET {REST_PATH}/ID tells of a job [decided]"
    if known_id is None:
        yield finding("status: REST", expected, "no finished job to ask about", good=None)
    else:
        yield judged("status: REST", expected, by_path, good=by_path.status == 200 and bool(by_path.data))
    yield from _completed([one, by_path] if known_id else [])


def _keys(asker: Asker, one: Said, known_id: str | None, *, asked: bool) -> Iterator[Finding]:
    many = asker.ask(dialects.statuses([known_id or NOBODY, f"{NOBODY}x"]))
    key, aliases = "answers stand under the alias that was asked (S79)", "many jobs in one request (S83)"
    if known_id is None or not asked:
        why = "no finished job to ask about" if asked else "no status to be asked by GraphQL"
        yield finding("GraphQL: key of data", key, why, good=None)
        yield finding("status: aliases", aliases, why, good=None)
        return
    yield judged("GraphQL: key of data", key, one, good=dialects.alias(0) in one.data)
    yield judged("status: aliases", aliases, many, good=dialects.alias(0) in many.data)


def _completed(answers: list[Said]) -> Iterator[Finding]:
    jobs = [mapping(value) for said in answers for value in said.data.values()]
    job = next((job for job in jobs if job.get("status") == "completed"), None)
    points = {
        "job: url": ("an http address of the picture (S41)", "url", _is_address),
        "job: creditCost": ("a whole number (S16)", "creditCost", _is_count),
        "job: metadata": ("an object (S17)", "metadata", _is_object),
        "job: times": ("ISO 8601 (S45)", "createdAt", _is_time),
    }
    for point, (expected, name, is_good) in points.items():
        if job is None:
            yield finding(point, expected, "no finished job seen", good=None)
        else:
            yield finding(point, f"{name}: {expected}", _shown(job, name), good=is_good(job.get(name)))


def _shown(job: Mapping[str, object], name: str) -> str:
    return repr(job[name]) if name in job else "missing"


def _is_address(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://"))


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _is_time(value: object) -> bool:
    return isinstance(value, str) and read_time(value) is not None


def _account(asker: Asker) -> Iterator[Finding]:
    for name, call in (("GraphQL", dialects.account("graphql")), ("REST", rest(ACCOUNT_PATH))):
        said = asker.ask(call)
        told = next((mapping(value) for value in said.data.values()), {})
        expected = "tells plan and credits [decided] (S90)"
        yield judged(f"account: {name}", expected, said, good=_is_count(told.get("credits")))
