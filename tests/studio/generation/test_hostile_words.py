"""What the provider says is text: short, on one line, and never a part of a page (PRV-17)."""

import logging

import pytest
from django.urls import reverse

from studio.generation import hooked, hooks
from studio.generation.states import State
from tests.studio.generation.hooking import a_sent_job, fresh, tell, word
from tests.studio.generation.pages import SignedIn, text
from tests.studio.generation.rows import a_member

HOSTILE = "<script>alert(1)</script>\r\nERROR forged\x1b[31m\u202e\x00" + "x" * 5_000


@pytest.mark.django_db
def test_prv_17_hostile_words_are_escaped_cut_and_on_one_line(
    signed_in: SignedIn, caplog: pytest.LogCaptureFixture
) -> None:
    hooks.forget()
    hooked.forget()
    member = a_member()
    job = a_sent_job(member)
    with caplog.at_level(logging.DEBUG):
        assert tell(job, word(status="failed", error={"code": HOSTILE, "message": HOSTILE})) == 202
    told = fresh(job)
    assert told.state == State.FAILED
    assert told.detail.isprintable()
    assert len(told.detail) <= 300
    page = text(signed_in(member).get(reverse("run", args=[job.run_id])))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert [line for line in caplog.messages if "\n" in line or "\x1b" in line] == []
