import json
from typing import Any

import httpx
import pytest

from studio.doitong import MOST_IDS, BadAnswer, Generation, RateLimited, Refused, Status, Unauthorized
from tests.studio.doitong.conftest import MakeClient, answer


def job(remote_id: str, **fields: object) -> dict[str, object]:
    return {"id": remote_id, "status": "processing"} | fields


def looked(client_of: MakeClient, ids: list[str], body: object, status: int = 200) -> dict[str, Generation]:
    return client_of(lambda _: answer({"status": status, "body": body})).look(ids).value


def test_many_jobs_are_one_request_with_ids_as_variables(client_of: MakeClient) -> None:
    seen: list[Any] = []

    def provider(request: httpx.Request) -> httpx.Response:
        seen.append(json.loads(request.content))
        jobs = {
            "j0": job("one"),
            "j1": job("two", status="completed", url="https://cdn.doitong.com/outputs/two.jpg"),
        }
        return answer({"status": 200, "body": {"data": jobs}})

    found = client_of(provider).look(["one", "two", "one"]).value
    assert {remote_id: told.status for remote_id, told in found.items()} == {
        "one": Status.PROCESSING,
        "two": Status.COMPLETED,
    }
    [body] = seen
    assert body["variables"] == {"i0": "one", "i1": "two"}
    assert "j0: generation(id: $i0)" in body["query"]
    assert "one" not in body["query"]


@pytest.mark.parametrize(
    "ids", [[], ["a"] * (MOST_IDS + 1), ["a b"], [""], ["../x"], ['x") { id }'], ["é"], ["a\n"], ["x" * 65]]
)
def test_prv_07_what_is_no_id_is_never_sent(ids: list[str], client_of: MakeClient) -> None:
    with pytest.raises(ValueError):
        client_of(lambda _: pytest.fail("nothing may be sent")).look(ids)


def test_a_hundred_ids_are_allowed(client_of: MakeClient) -> None:
    ids = [f"id{n}" for n in range(MOST_IDS)]
    jobs = {f"j{n}": job(remote_id) for n, remote_id in enumerate(ids)}
    assert list(looked(client_of, ids, {"data": jobs})) == ids


def test_a_job_the_answer_does_not_know_is_absent(client_of: MakeClient) -> None:
    body = {
        "data": {"j0": job("one"), "j1": None},
        "errors": [{"message": "no such job", "path": ["j1"], "extensions": {"code": "NOT_FOUND"}}],
    }
    assert set(looked(client_of, ["one", "two", "three"], body)) == {"one"}


def test_all_jobs_may_be_unknown(client_of: MakeClient) -> None:
    errors = [{"message": "no", "path": ["j0"], "extensions": {"code": "NOT_FOUND"}}]
    assert looked(client_of, ["one"], {"data": {"j0": None}, "errors": errors}) == {}
    assert looked(client_of, ["one"], {"data": {"j0": None}}) == {}


def test_prv_02_the_answer_for_another_id_is_ignored(client_of: MakeClient) -> None:
    body = {"data": {"j0": job("two", status="completed"), "j1": job("two"), "j2": 7, "j3": [job("four")]}}
    found = looked(client_of, ["one", "two", "three", "four"], body)
    assert set(found) == {"two"}


def test_a_failed_job_says_why(client_of: MakeClient) -> None:
    failed = job("one", status="failed", error={"code": "NSFW", "message": "not this"})
    told = looked(client_of, ["one"], {"data": {"j0": failed}})["one"]
    assert (told.status, told.error_code, told.error_message) == (Status.FAILED, "NSFW", "not this")


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (200, "RATE_LIMITED", RateLimited),
        (429, "RATE_LIMITED", RateLimited),
        (200, "UNAUTHENTICATED", Unauthorized),
        (400, "GRAPHQL_VALIDATION_FAILED", Refused),
    ],
)
def test_what_is_about_all_jobs_is_raised(
    status: int, code: str, kind: type[Exception], client_of: MakeClient
) -> None:
    body = {"data": None, "errors": [{"message": "no", "extensions": {"code": code}}]}
    with pytest.raises(kind):
        looked(client_of, ["one"], body, status)


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": [job("one")]}, [], None, "text"])
def test_an_answer_without_data_is_a_bad_answer(body: object, client_of: MakeClient) -> None:
    with pytest.raises(BadAnswer):
        looked(client_of, ["one"], body)


class TestRest:
    def test_each_job_is_one_request(self, client_of: MakeClient) -> None:
        paths: list[str] = []

        def provider(request: httpx.Request) -> httpx.Response:
            paths.append(f"{request.method} {request.url.path}")
            remote_id = request.url.path.rpartition("/")[2]
            if remote_id == "gone":
                return answer({"status": 404, "body": {"errors": [{"message": "no"}]}})
            told = job("another" if remote_id == "odd" else remote_id)
            return answer({"status": 200, "body": {"data": {"generateimage": told}}})

        found = client_of(provider, dialect="rest").look(["one", "gone", "odd", "two"]).value
        assert set(found) == {"one", "two"}
        assert paths == [f"GET /v1/text_to_image/{name}" for name in ("one", "gone", "odd", "two")]

    def test_the_first_error_ends_it(self, client_of: MakeClient) -> None:
        asked = []

        def provider(request: httpx.Request) -> httpx.Response:
            asked.append(request)
            return answer({"status": 429, "text": ""})

        with pytest.raises(RateLimited):
            client_of(provider, dialect="rest").look(["one", "two"])
        assert len(asked) == 1

    def test_an_answer_that_names_no_job_is_a_bad_answer(self, client_of: MakeClient) -> None:
        with pytest.raises(BadAnswer):
            client_of(lambda _: answer({"status": 200, "text": "<p>"}), dialect="rest").look(["one"])
