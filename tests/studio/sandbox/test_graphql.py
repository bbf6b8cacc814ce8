"""The GraphQL endpoint is a real one (S13-S24, S79, S80)."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import build_client_schema, get_introspection_query, parse, validate

from studio.sandbox.graph import _document
from studio.sandbox.literals import lifted
from tests.studio.sandbox.desk import GENERATE, GENERATION, Desk, error, one

FLAT = """
mutation GenerateImage($input: ImageGenerationInput!) { generateImage(input: $input) { id url width height } }
"""


def test_generate_answers_exactly_what_was_asked(desk: Desk) -> None:
    said = one(desk.generate(width=1024, height=1024, version="flux-krea", quality="high"))
    assert set(said) == {"id", "status", "type", "provider", "url", "metadata", "creditCost", "createdAt"}
    assert said["status"] == "processing"
    assert said["type"] == "IMAGE"
    assert said["provider"] == "flux-krea"
    assert said["url"] is None
    assert said["creditCost"] is None
    assert said["metadata"] == {"duration": None, "width": 1024, "height": 1024}
    assert said["createdAt"] == "2027-01-15T08:00:00.000Z"


def test_generate_image_takes_the_flat_form(desk: Desk) -> None:
    given = {
        "service": "flux-krea",
        "prompt": "a lake",
        "width": 1920,
        "height": 1080,
        "webhookUrl": "https://h.test/",
    }
    answer = desk.graphql(FLAT, {"input": given})
    assert answer.json()["data"].keys() == {"generateImage"}
    said = one(answer)
    assert (said["width"], said["height"], said["url"]) == (1920, 1080, None)
    assert set(said) == {"id", "url", "width", "height"}


def test_a_job_made_by_one_form_is_read_by_the_others(desk: Desk) -> None:
    job_id = one(desk.generate())["id"]
    desk.clock.forward(6)
    rest = one(desk.get(f"/v1/text_to_image/{job_id}"))
    graph = desk.seen(job_id)
    assert rest["url"] == graph["url"] == f"http://sandbox.test/outputs/{job_id}.jpg"
    assert rest["creditCost"] == graph["creditCost"] == 15
    assert graph["completedAt"] == "2027-01-15T08:00:05.000Z"


def test_many_jobs_in_one_request_by_alias(desk: Desk) -> None:
    ids = [desk.job() for _ in range(3)]
    fields = " ".join(f'j{n}: generation(id: "{job_id}") {{ id __typename }}' for n, job_id in enumerate(ids))
    answer = desk.graphql("{" + fields + "}").json()["data"]
    assert [answer[f"j{n}"] for n in range(3)] == [{"id": i, "__typename": "Generation"} for i in ids]


def test_an_unknown_job_among_known_ones_is_an_error_in_partial_data(desk: Desk) -> None:
    job_id = desk.job()
    answer = desk.graphql(f'{{ a: generation(id: "{job_id}") {{ id }} b: generation(id: "none") {{ id }} }}')
    assert answer.status_code == 200
    assert answer.json()["data"] == {"a": {"id": job_id}, "b": None}
    assert answer.json()["errors"][0]["path"] == ["b"]
    assert error(answer)["code"] == "NOT_FOUND"


def test_a_stranger_sees_no_job(desk: Desk) -> None:
    job_id = desk.job()
    for answer in (
        desk.status(job_id, key="sbx_free"),
        desk.get(f"/v1/text_to_image/{job_id}", key="sbx_free"),
    ):
        assert answer.status_code == 404
        assert error(answer)["code"] == "NOT_FOUND"


def test_the_operation_is_chosen_by_its_name(desk: Desk) -> None:
    text = "query A { version } query B { account { plan } }"
    assert desk.graphql(text, operationName="B").json() == {"data": {"account": {"plan": "pro"}}}
    assert desk.graphql(text).status_code == 400
    assert desk.graphql(text, operationName="C").status_code == 400


def test_typename_costs_nothing_but_a_request(desk: Desk) -> None:
    answer = desk.graphql("{ __typename }")
    assert answer.json() == {"data": {"__typename": "Query"}}
    assert answer.headers["X-RateLimit-Remaining"] == "59"
    assert desk.credits() == 50_000


def test_introspection_builds_a_schema_that_the_documented_operations_fit(desk: Desk) -> None:
    found = desk.graphql(get_introspection_query()).json()["data"]
    known = build_client_schema(found)
    for text in (GENERATE, GENERATION, FLAT, "{ account { plan credits } credits { available } version }"):
        assert validate(known, parse(text)) == []


@pytest.mark.parametrize("kind", ["IMAGE", '"IMAGE"'])
def test_the_type_may_be_a_word_or_a_text(desk: Desk, kind: str) -> None:
    answer = desk.graphql(
        f'mutation {{ generate(input: {{type: {kind}, provider: "flux-krea", input: {{text: "a"}}}}) '
        "{ id } }"
    )
    assert one(answer)["id"]


def _given(**changed: Any) -> dict[str, Any]:
    return {"type": "IMAGE", "provider": "flux-krea", "input": {"text": "a dune"}, **changed}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (_given(type="VIDEO"), "type"),
        (_given(provider="other"), "provider"),
        (_given(input={"text": "  "}), "text"),
        (_given(input={"text": "x" * 4001}), "text"),
        (_given(input={}), "text"),
        (_given(options={"width": 63}), "width"),
        (_given(options={"height": 4097}), "height"),
        (_given(options={"width": "1024"}), "width"),
        (_given(options={"width": 10.5}), "width"),
        (_given(options={"quality": "best"}), "quality"),
        (_given(options={"version": "2"}), "version"),
        (_given(options={"webhookUrl": "ftp://a.test/"}), "webhookUrl"),
        (_given(options={"seed": 1}), "seed"),
    ],
)
def test_a_wrong_order_is_refused_by_name_and_buys_nothing(
    desk: Desk, given: dict[str, Any], named: str
) -> None:
    answer = desk.graphql(GENERATE, {"input": given})
    assert answer.status_code == 400
    assert named in answer.text
    assert error(answer)["code"] == "BAD_REQUEST"
    assert "locations" in answer.json()["errors"][0]
    assert answer.json().get("data") is None
    assert desk.control("GET", "/jobs")["jobs"] == []


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{ nothing }",
        "",
        "{ version(x: 1) }",
        "{a" * 2000,
        "query { version } fragment F on Query { version }",
    ],
)
def test_a_document_that_is_none_is_refused_without_data(desk: Desk, text: str) -> None:
    answer = desk.graphql(text)
    assert answer.status_code == 400
    assert "data" not in answer.json()


@pytest.mark.parametrize("place", ["options", "input", "top"])
def test_the_webhook_url_may_stand_in_three_places(desk: Desk, place: str) -> None:
    hook = {"webhookUrl": "https://h.test/1"}
    given = {
        "options": _given(options=hook),
        "input": _given(input={"text": "a", **hook}),
        "top": _given(**hook),
    }[place]
    text = "mutation ($input: GenerateInput!) { generate(input: $input) { webhookUrl } }"
    assert one(desk.graphql(text, {"input": given})) == hook


def test_two_mutations_in_one_request_are_two_jobs_and_one_request(desk: Desk) -> None:
    twice = "a: generate(input: $input) { id } b: generate(input: $input) { id }"
    text = "mutation ($input: GenerateInput!) { " + twice + " }"
    said = desk.graphql(text, {"input": _given()}).json()["data"]
    assert said["a"]["id"] != said["b"]["id"]
    assert desk.control("GET", "/summary?key=sbx_pro")["requests"] == 1


def test_ids_in_the_text_are_answered_as_ids_in_variables_are(desk: Desk) -> None:
    first, second = desk.job(), desk.job()
    inlined = f'query Two {{ a: generation(id: "{first}") {{ id }} b: generation(id : "{second}") {{ id }} }}'
    answer = desk.graphql(inlined, operationName="Two")
    assert answer.json() == {"data": {"a": {"id": first}, "b": {"id": second}}}


def test_an_error_names_the_place_in_the_text_as_it_was_written(desk: Desk) -> None:
    answer = desk.graphql('{ a: generation(id: "none") { id } }')
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["locations"] == [{"line": 1, "column": 3}]
    wrong = desk.graphql('{ a: generation(id: "none") { id colour } }').json()["errors"][0]
    assert wrong["locations"] == [{"line": 1, "column": 34}]


def test_documents_that_differ_in_ids_only_are_read_once(desk: Desk) -> None:
    _document.cache_clear()
    for _ in range(5):
        assert one(desk.graphql(f'{{ generation(id: "{desk.job()}") {{ id }} }}'))
    assert _document.cache_info().misses == 1


@pytest.mark.parametrize(
    "text",
    [
        "{ version }",
        '{ a(id: "x") # id: "y"\n }',
        'query ($n: ID!) { a(id: "x") b(id: $n) }',
        'mutation { a(id: "x") }',
        '{ a(id: "x") } query B { b(id: "y") }',
        '{ a(id: "x", text: "id: 4") }',
        '{ a(id: """x""") }',
        '{ a(id: "x y") }',
    ],
)
def test_what_is_no_plain_query_stays_as_it_is(text: str) -> None:
    assert lifted(text) is None


def test_lifted_ids_keep_their_order() -> None:
    text, ids = lifted('query Q{a(id:"x"){id} b(id: "y")}') or ("", {})
    assert text == "query Q($inlined0: ID!, $inlined1: ID!) {a(id: $inlined0){id} b(id: $inlined1)}"
    assert ids == {"inlined0": "x", "inlined1": "y"}
