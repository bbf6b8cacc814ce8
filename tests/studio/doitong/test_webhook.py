import hashlib
import hmac
import json

import pytest

from studio.doitong import BadAnswer, Secret, Status, read_webhook, verify_signature
from tests.studio.doitong.conftest import KEY, sample

OLD, NEW = Secret("old webhook secret"), Secret("new webhook secret")
BODY = json.dumps(sample("webhook_completed")["body"]).encode()


def sign(secret: Secret, body: bytes = BODY) -> str:
    return "sha256=" + hmac.new(secret.reveal().encode(), body, hashlib.sha256).hexdigest()


def test_its_own_signature_is_good() -> None:
    assert verify_signature(BODY, sign(OLD), [OLD])
    assert verify_signature(BODY, sign(OLD).replace("sha256=", "").upper().join(["sha256=", ""]), [OLD])


def test_two_secrets_are_good_during_a_rotation() -> None:
    for secret in (OLD, NEW):
        assert verify_signature(BODY, sign(secret), [OLD, NEW])
    assert not verify_signature(BODY, sign(OLD), [NEW])


def test_one_changed_byte_is_forged() -> None:
    for place in range(len(BODY)):
        changed = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]
        assert not verify_signature(changed, sign(OLD), [OLD])
    assert not verify_signature(BODY + b"\n", sign(OLD), [OLD])


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        "sha256",
        sign(OLD)[7:],
        sign(OLD)[:-1],
        sign(OLD) + "0",
        sign(OLD) + "\n",
        " " + sign(OLD),
        sign(OLD).replace("sha256", "SHA256"),
        sign(OLD).replace("sha256", "sha1"),
        f"{sign(OLD)},{sign(OLD)}",
        "sha256=" + "g" * 64,
        "sha256=" + "é" * 64,
        "sha256=" + "０" * 64,
        "sha256=" + "0" * 100_000,
        "\ud800",
    ],
)
def test_any_other_header_is_refused(header: str | None) -> None:
    assert not verify_signature(BODY, header, [OLD, NEW])


def test_no_secret_vouches_for_nothing() -> None:
    assert not verify_signature(BODY, sign(OLD), [])
    assert not verify_signature(BODY, sign(Secret("")), [Secret("")])


def test_the_documented_webhook() -> None:
    job = read_webhook(BODY)
    assert (job.remote_id, job.status, job.credit_cost) == ("abc123xyz", Status.COMPLETED, None)
    assert job.url == "https://cdn.doitong.com/outputs/abc123xyz.jpg"
    assert job.created_at is not None
    assert job.completed_at is not None
    assert (job.completed_at - job.created_at).total_seconds() == 60
    assert job.anomalies == ()


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{}", b'{"id": 7}', b'{"id": "a/b"}', b"\xff", b"[" * 9000]
)
def test_a_webhook_without_a_job_is_a_bad_answer(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        read_webhook(body)


def test_a_webhook_does_not_keep_the_key() -> None:
    job = read_webhook(
        json.dumps({"id": "a", "status": "failed", "error": f"bad {KEY}"}).encode(), [Secret(KEY)]
    )
    assert KEY not in f"{job} {dict(job.raw)}"
    assert job.error_message == "bad ••••"
