"""A person of the team, and what their role lets them do. Touches its own row only."""

import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from studio import prepared

HUES = 8  # the avatars have that many colours


class Role(models.TextChoices):
    """What a member is in the team (E1)."""

    DESIGNER = "designer", "Designer"
    REVIEWER = "reviewer", "Reviewer"
    CREDIT_ADMIN = "credit_admin", "Credit admin"
    OWNER = "owner", "Owner"


class MemberManager(BaseUserManager["Member"]):
    """Makes members; nobody else sets a password on a row."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Member":
        """Return a new member; without a password nobody can sign in as them.

        Raises ValueError where the address is empty.
        """
        if not email.strip():
            raise ValueError("A member needs an e-mail address.")
        member = self.model(email=email, **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Member":
        """Return a new owner, for `manage.py createsuperuser`."""
        return self.create_user(email, password, **{"role": Role.OWNER, **fields})

    def get(self, *args: Any, **kwargs: Any) -> "Member":
        """Return the member, as any manager does; by the key alone with a statement put together once.

        So every page reads who is signed in. Raises Member.DoesNotExist.
        """
        if args or kwargs.keys() != {"pk"} or not isinstance(kwargs["pk"], uuid.UUID):
            return super().get(*args, **kwargs)
        found = _BY_KEY.first(**kwargs)
        if found is None:
            raise self.model.DoesNotExist("There is no member with this key.")
        return found

    def get_by_natural_key(self, username: str | None) -> "Member":
        """Return the member with this address, however it is spelled."""
        return self.get(email=(username or "").strip().lower())


class Member(AbstractBaseUser):
    """A person who may sign in. Never deleted: a leaver is deactivated and keeps their history."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=16, choices=Role, default=Role.DESIGNER)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    notices = models.PositiveIntegerField(
        default=0
    )  # that wait to be looked at: kept here, read with the row
    factor_wanted = models.BooleanField(default=False)  # their role asks for a second factor they lack (E7)

    objects = MemberManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "email"]
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="member_role_known"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="member_email_lower"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the address in one spelling, so that nobody can be two members."""
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    @property
    def initials(self) -> str:
        """One or two capitals for the avatar."""
        return initials_of(self.name, self.email)

    @property
    def hue(self) -> int:
        """The avatar's colour, 0 to 7, the same for ever."""
        return hue_of(self.id)

    @property
    def is_owner(self) -> bool:
        """Whether they look after the team's key and everybody's role."""
        return self.role == Role.OWNER

    @property
    def is_admin(self) -> bool:
        """Whether they see the team's credits and may grant."""
        return self.role in {Role.CREDIT_ADMIN, Role.OWNER}


def initials_of(name: str, email: str) -> str:
    """Return one or two capitals for the avatar of a member of whom no more was read."""
    words = name.split() or [email]
    return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper()


def hue_of(pk: uuid.UUID) -> int:
    """Return the colour of that avatar, 0 to 7."""
    return pk.int % HUES


_BY_KEY = prepared.Rows(lambda: Member.objects.filter(pk=prepared.uuid("pk")))
