"""What a card says ends in one full stop, also where the provider's own words end it."""

import pytest

from studio.generation.models import Job
from studio.generation.states import Reason, State
from studio.generation.wording import meaning


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("The picture is broken", "The picture is broken."),
        ("Nothing was sent.", "Nothing was sent."),
        ("Doitong refused: “Too large.”", "Doitong refused: “Too large.”"),
        ("Doitong refused: “too large”", "Doitong refused: “too large”."),
        ("", ""),
    ],
)
def test_a_sentence_ends_once(detail: str, said: str) -> None:
    assert meaning(Job(state=State.FAILED, reason=Reason.REFUSED, detail=detail)).why == said
