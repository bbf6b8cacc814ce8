"""What waits for credits goes on at once when a request is granted, for ever or for a time (D9, D10, D18)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import TestCase
from django.utils import timezone

from studio.accounts.models import Member
from studio.credits import asking, ledger
from studio.generation.models import Job
from studio.generation.states import Reason, State
from tests.conftest import MakeMember
from tests.studio.generation.world import World, start, states


@pytest.mark.parametrize("days", [None, 7])
def test_a_granted_request_lets_held_jobs_go_on_in_their_order(
    world: World, designer: Member, member: MakeMember, days: int | None
) -> None:
    run, admin = start(designer, "a {red|blue|green|black} dune"), member("credit_admin")
    Job.objects.update(state=State.HELD, reason=Reason.CREDITS)
    ledger.correct_to(designer, 20, reason="the provider's figure")
    asked = asking.ask(designer, 60, "The last of the series", pk=uuid4())
    end = timezone.now() + timedelta(days=days) if days else None
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert asking.grant(asked, 30, by=admin, answer="Half for now", ends_at=end)
    assert states(run) == ["queued", "queued", "held", "held"]  # 20 each, of 50
