import copy
import json
import pickle
import random

import pytest

from studio.doitong import Secret

ALPHABET = [chr(n) for n in range(0x21, 0x7F)]


def test_it_reveals_only_when_asked() -> None:
    secret = Secret("correct horse")
    assert secret.reveal() == "correct horse"
    shown = [repr(secret), str(secret), f"{secret}", f"{secret:>40}", f"{secret!r}", "%s" % secret]  # noqa: UP031
    assert set(shown) == {"••••"}


def test_a_thousand_random_keys_are_masked_whole() -> None:
    rng = random.Random(10)
    for _ in range(1000):
        text = "".join(rng.choices(ALPHABET, k=rng.randint(1, 300)))
        secret = Secret(text)
        shown = f"{secret!r} {secret} {[secret]} { ({'key': secret}) }"
        assert text not in shown
        assert not set(shown) - set("•[]{}' :key")
        assert len(secret.last4) == (4 if len(text) >= 20 else 0)


def test_it_is_neither_pickled_nor_json() -> None:
    secret = Secret("correct horse")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError):
            pickle.dumps(secret, protocol)
    with pytest.raises(TypeError):
        json.dumps({"key": secret})
    assert json.dumps(secret, default=str) == json.dumps("••••")


def test_it_has_no_attributes_to_walk() -> None:
    assert not hasattr(Secret("x"), "__dict__")


def test_a_copy_is_itself() -> None:
    secret = Secret("x")
    assert copy.copy(secret) is secret
    assert copy.deepcopy([secret])[0] is secret


def test_equality_and_hash_go_by_text() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert Secret("ä\ud800") == Secret("ä\ud800")
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2


@pytest.mark.parametrize("text", ["sbx_pro", "x" * 256, "!~" * 3])
def test_what_can_be_a_key(text: str) -> None:
    assert Secret(text).is_key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "short",
        "x" * 257,
        "x" * 10_000,
        "sbx_free\n",
        " sbx_free",
        "sbx free key",
        "sbx_frée",
        "sbx_free\0",
    ],
)
def test_what_cannot_be_a_key(text: str) -> None:
    assert not Secret(text).is_key
