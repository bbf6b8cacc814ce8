"""Reckons who could hold what, in what order, without holding it: for work that waits for credits (D18).

Nothing is taken here and nothing is locked: the ledger alone decides, when it is held. Reads only.
"""

from uuid import UUID

from django.utils import timezone

from studio.credits.models import Account
from studio.credits.rooms import Booked, counting_it, rooms


class Purse:
    """What accounts have free and budgets leave at this moment, counted down by what is taken.

    Once something did not fit into an account or a budget, nothing that comes after it does: so that
    what is cheap never passes by what has waited longer.
    """

    def __init__(self) -> None:
        self._now = timezone.now()
        self._free: dict[UUID, int] = {}  # by member, and by budget
        self._counting: dict[tuple[UUID, UUID | None, UUID | None], list[UUID]] = {}

    def put_back(self, member_id: UUID, amount: int) -> None:
        """Count so much as free in the account: it is held for what asks again now."""
        self._free[member_id] = self._of(member_id) + amount

    def pays(self, member_id: UUID, amount: int) -> bool:
        """Take what is held already from the account alone; returns whether it is there."""
        return self._take([member_id], amount)

    def takes(self, member_id: UUID, project_id: UUID | None, key_id: UUID | None, amount: int) -> bool:
        """Take so much from the account and from each budget that would count it, or from none."""
        lane = (member_id, project_id, key_id)
        if lane not in self._counting:
            self._counting[lane] = self._read(lane)
        return self._take([member_id, *self._counting[lane]], amount)

    def _take(self, places: list[UUID], amount: int) -> bool:
        self._of(places[0])
        short = [place for place in places if self._free[place] < amount]
        for place in short:
            self._free[place] = min(self._free[place], 0)
        if short:
            return False
        for place in places:
            self._free[place] -= amount
        return True

    def _of(self, member_id: UUID) -> int:
        if member_id not in self._free:
            self._free[member_id] = Account.of(member_id).available
        return self._free[member_id]

    def _read(self, lane: tuple[UUID, UUID | None, UUID | None]) -> list[UUID]:
        member_id, project_id, key_id = lane
        booked = Booked(member_id=member_id, project_id=project_id, key_id=key_id, at=self._now)
        found = counting_it(booked)
        new = [budget for budget in found if budget.pk not in self._free]
        self._free |= {room.budget.pk: room.left for room in rooms(new, self._now)}
        return [budget.pk for budget in found]
