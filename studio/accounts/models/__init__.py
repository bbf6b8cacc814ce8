"""The room's rows: members, their keys, and what was done by whom."""

from studio.accounts.models.event import Event, Verb
from studio.accounts.models.key import Key, KeyState
from studio.accounts.models.member import Member, Role
from studio.accounts.models.policy import Payer, Policy

__all__ = ["Event", "Key", "KeyState", "Member", "Payer", "Policy", "Role", "Verb"]
