"""The room's rows: members, their keys and projects, and what was done by whom."""

from studio.accounts.models.announcement import Announcement
from studio.accounts.models.event import Event, Verb
from studio.accounts.models.invitation import Invitation
from studio.accounts.models.key import Key, KeyState
from studio.accounts.models.member import Member, Role
from studio.accounts.models.policy import Payer, Policy
from studio.accounts.models.project import GENERAL, Project, ProjectMember
from studio.accounts.models.seal import Seal

__all__ = [
    "GENERAL",
    "Announcement",
    "Event",
    "Invitation",
    "Key",
    "KeyState",
    "Member",
    "Payer",
    "Policy",
    "Project",
    "ProjectMember",
    "Role",
    "Seal",
    "Verb",
]
