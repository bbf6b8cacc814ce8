import json

import httpx
import pytest

from studio.doitong import Account, BadAnswer, RateLimit, Refused, ServerError, Unauthorized
from tests.studio.doitong.conftest import KEY, MakeClient, answer


@pytest.mark.parametrize("dialect", ["graphql", "generateImage", "rest"])
@pytest.mark.parametrize("bare", [True, False])
def test_plan_and_balance(dialect: str, bare: bool, client_of: MakeClient) -> None:
    told = {"plan": "pro", "credits": 3420}
    body = told if bare else {"data": {"account": told}}
    client = client_of(lambda _: answer({"status": 200, "body": body}), dialect=dialect)
    assert client.account().value == Account(plan="pro", credits=3420)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, {"errors": [{"message": "no such path"}]}),
        (400, {"errors": [{"message": "Cannot query field 'account'"}]}),
        (200, {"errors": [{"message": "Cannot query field 'account'"}]}),
        (200, {"data": {"account": None}}),
        (200, {"data": {"account": {"plan": 7, "credits": -1}}}),
        (200, {"data": {"account": {"credits": True}}}),
    ],
)
def test_a_provider_need_not_tell(status: int, body: object, client_of: MakeClient) -> None:
    told = client_of(lambda _: answer({"status": status, "body": body})).account()
    assert told.value is None
    assert told.exchange.status == status


@pytest.mark.parametrize(("status", "kind"), [(401, Unauthorized), (500, ServerError)])
def test_other_errors_are_raised(status: int, kind: type[Exception], client_of: MakeClient) -> None:
    with pytest.raises(kind):
        client_of(lambda _: answer({"status": status, "text": ""})).account()


@pytest.mark.parametrize("dialect", ["graphql", "generateImage", "rest"])
def test_a_key_is_tested_for_nothing(dialect: str, client_of: MakeClient) -> None:
    def provider(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/graphql"
        assert request.headers["authorization"] == f"Bearer {KEY}"
        assert "__typename" in json.loads(request.content)["query"]
        headers = {"X-RateLimit-Limit": "10", "X-RateLimit-Remaining": "9"}
        return answer({"status": 200, "headers": headers, "body": {"data": {"__typename": "Query"}}})

    assert client_of(provider, dialect=dialect).test_key().value == RateLimit(limit=10, remaining=9)


def test_a_good_key_without_headers_is_good(client_of: MakeClient) -> None:
    told = client_of(lambda _: answer({"status": 200, "body": {"data": {"__typename": "Query"}}})).test_key()
    assert told.value == RateLimit()
    assert told.exchange.rate is None


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"status": 401, "text": ""}, Unauthorized),
        ({"status": 200, "body": {"errors": [{"extensions": {"code": "UNAUTHORIZED"}}]}}, Unauthorized),
        ({"status": 404, "text": "<p>"}, Refused),
        ({"status": 200, "text": "<p>"}, BadAnswer),
    ],
)
def test_a_bad_key_or_a_wrong_address_is_told(
    told: dict[str, object], kind: type[Exception], client_of: MakeClient
) -> None:
    with pytest.raises(kind):
        client_of(lambda _: answer(told)).test_key()
