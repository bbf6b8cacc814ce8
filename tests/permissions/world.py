"""One prepared studio for the matrix: a member of each role, and one of everything that an address names.

All of it is the first designer's own and private, so that what another role reaches it reaches by right.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from gallery import deeds, guestlinks, guestpass
from gallery.guestlinks import Origin, Terms
from gallery.guestpass import Picture
from gallery.models import Board, Comment, Naming, SavedSearch
from studio.accounts.models import Key, Member, Project, ProjectMember
from studio.credits import asking, budgets
from studio.credits.models import Budget, Scope
from studio.credits.windows import Period
from studio.generation import batchrun, trash
from studio.generation.batchform import defaults
from studio.generation.models import Draft, Pause, WordRule
from studio.prompts import imports, keeping
from studio.prompts.models import Chip, SavedPrompt
from tests.gallery import factories
from tests.studio.prompts.shelves import style, word_list

ROLES = ("signed out", "deactivated", "designer", "other designer", "reviewer", "credit admin", "owner")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A URL pattern under its name, with an address that leads to something in the prepared studio."""

    name: str
    route: str
    address: str


def members() -> dict[str, Member]:
    """Make a member for every role but the one who is signed out."""
    made = {}
    for role in ROLES[1:]:
        name = role.replace(" ", "-")
        value = role.replace(" ", "_") if role in {"reviewer", "credit admin", "owner"} else "designer"
        made[role] = Member.objects.create_user(f"{name}@studio.example", name=role.title(), role=value)
    Member.objects.filter(pk=made["deactivated"].pk).update(is_active=False)
    return made


def patterns() -> Iterator[tuple[str, str]]:
    """Yield name and route of every pattern of the whole URLconf."""
    yield from _within(get_resolver(), "")


def _within(resolver: URLResolver, before: str) -> Iterator[tuple[str, str]]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield one.name or f"(no name) {route}", route
        else:
            yield from _within(one, route)


def doors(people: dict[str, Member]) -> tuple[list[Door], list[str]]:
    """Return every door, and the routes of those for which nothing is made here."""
    values, found, unknown = _made(people), [], []
    for name, route in patterns():
        address = _filled(route, values)
        if address is None:
            unknown.append(f"{name} ({route})")
        else:
            found.append(Door(name=name, route=route, address=f"/{address}"))
    return found, unknown


def _filled(route: str, values: dict[str, dict[str, Any]]) -> str | None:
    """Return the route with the values of the longest beginning that stands in the list."""
    if "<" not in route:
        return route
    beginnings = sorted((one for one in values if route.startswith(one)), key=len)
    if not beginnings:
        return None
    known = values[beginnings[-1]]
    if any(name not in known for name in PARAMETER.findall(route)):
        return None
    return PARAMETER.sub(lambda found: str(known[found[1]]), route)


def _made(people: dict[str, Member]) -> dict[str, dict[str, Any]]:
    """Make one of everything; return what stands in the addresses that begin so."""
    ada, now = people["designer"], timezone.now()
    Key.objects.create(sealed="v1:x", fingerprint="team")
    image = factories.image(ada, "a private dune", visibility="private")
    gone = factories.image(ada, "a private dune in the trash", visibility="private")
    with TestCase.captureOnCommitCallbacks(execute=True):
        trash.throw([gone.pk], ada, now)
    job, run = image.job, image.job.run
    board = Board.objects.create(name="Matrix", by=ada)
    terms = Terms(title="Round", expires_at=now + timedelta(days=1), naming=Naming.NO)
    link, secret = guestlinks.make(ada, [image], Origin(), terms)
    signed = guestpass.address(Picture(link=link.pk, number=1, size=256))
    comment = Comment.objects.create(image=image, member=ada, text="Mine.")
    chip = keeping.make(Chip, ada, category="style", label="Matrix", text="in a matrix")
    search = SavedSearch.objects.create(name="Mine", query="q=dune", member=ada)
    file = SimpleUploadedFile("words.txt", b"red\nblue\n")
    lists = word_list(ada, "dunes", "red\nblue")
    return {
        "account/security/passkeys/": {"pk": 1},
        "batches/": {"pk": batchrun.keep(ada, "sheet.csv", b"prompt\na dune\n", defaults(ada)).pk},
        "boards/": {"pk": board.pk},
        "comments/": {"uuid": comment.uuid},
        "compare/found/": {"pk": run.experiment_id},
        "deeds/": {"pk": deeds.did(ada, "rate", "Rated", [image.pk], former={}).pk},
        "drafts/": {"pk": Draft.objects.create(member=ada).pk},
        "experiments/": {"pk": run.experiment_id},
        "g/": {"secret": secret, "number": 1, "signed": signed},
        "gallery/do/": {"name": "tag"},
        "history/": {"pk": run.pk},
        "hooks/": {"token": "x" * 43},
        "images/": {"uuid": image.uuid},
        "invite/": {"secret": "x" * 43},
        "jobs/": {"pk": job.pk},
        "library/": {"kind": "lists", "pk": lists.pk},
        "library/chips/": {"pk": chip.pk},
        "library/imports/": {"pk": imports.receive(ada, "lists", file).pk},
        "library/prompts/": {"pk": keeping.make(SavedPrompt, ada, name="Dune").pk},
        "library/styles/": {"pk": style(ada, "Film", "{prompt}, on film").pk},
        "links/": {"pk": link.pk},
        "pauses/": {"pk": Pause.objects.create(by=people["owner"], member=ada).pk},
        "pictures/": {"token": image.token, "size": 256},
        "runs/": {"pk": run.pk, "kind": "csv"},
        "searches/": {"pk": search.pk},
        "setup/": {"secret": "x" * 43},
        "sign-in/new/": {"uidb36": "x", "key": "x"},
        "sign-in/as/": {"role": "owner"},
        "credits/ask/": {"pk": asking.ask(ada, 5, "More", pk=uuid4()).pk},
        "team/requests/": {"pk": asking.ask(ada, 5, "More", pk=uuid4(), budget_id=uuid4()).pk},
        "credits/limits/": {"pk": _limit(ada, own=True).pk},
        "team/budgets/": {"pk": _limit(ada).pk},
        "team/invitations/": {"pk": uuid4()},
        "team/projects/": {"pk": _project(ada).pk},
        "team/words/": {"pk": WordRule.objects.create(kind="blocked", text="x", folded="x").pk},
        "team/": {"member_id": ada.pk},
        "trash/": {"uuid": gone.uuid},
    }


def _project(member: Member) -> Project:
    """Make a project with one member in it."""
    project = Project.objects.create(name="Matrix")
    ProjectMember.objects.create(project=project, member=member)
    return project


def _limit(member: Member, *, own: bool = False) -> Budget:
    made = budgets.put(Scope.MEMBER, member.pk, Period.DAY, 9, by=member, reason="matrix", own=own)
    assert made is not None
    return made
