"""Projects: made, changed, archived and reopened, and who is in one (E8).

Who is in a project may spend in it while it is not archived. Touches projects and the audit trail.
"""

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.utils import timezone

from studio.accounts.models import GENERAL, Event, Member, Project, ProjectMember, Verb
from studio.accounts.models.project import folded


class NameTaken(Exception):
    """There is a project of that name; the text is a sentence for the person."""


@transaction.atomic
def make(name: str, note: str, actor: Member) -> Project:
    """Make a project with its maker in it. Raises NameTaken."""
    project = Project(name=name, note=note, by=actor)
    _save(project)
    ProjectMember.objects.create(project=project, member=actor)
    Event.note(Verb.PROJECT_MADE, who=actor, subject=project.pk, name=name)
    return project


@transaction.atomic
def change(project: Project, actor: Member, *, name: str, note: str, others_approve: bool) -> bool:
    """Change name, note and review rule; False where nothing changed. Raises NameTaken."""
    said = {"name": name, "note": note, "others_approve": others_approve}
    changed = {field: value for field, value in said.items() if getattr(project, field) != value}
    if not changed:
        return False
    for field, value in changed.items():
        setattr(project, field, value)
    _save(project)
    Event.note(Verb.PROJECT_CHANGED, who=actor, subject=project.pk, **{k: str(v) for k, v in changed.items()})
    return True


@transaction.atomic
def archive(project: Project, actor: Member) -> bool:
    """Let nothing more be spent in it; what is in line goes on. False where it was."""
    if not Project.objects.filter(pk=project.pk, archived_at=None).update(archived_at=timezone.now()):
        return False
    Event.note(Verb.PROJECT_ARCHIVED, who=actor, subject=project.pk, name=project.name)
    return True


@transaction.atomic
def reopen(project: Project, actor: Member) -> bool:
    """Let it be spent in again; False where it may be."""
    if not Project.objects.filter(pk=project.pk).exclude(archived_at=None).update(archived_at=None):
        return False
    Event.note(Verb.PROJECT_REOPENED, who=actor, subject=project.pk, name=project.name)
    return True


@transaction.atomic
def put_in(project: Project, wanted: Collection[Member], actor: Member) -> int:
    """Have these members in it and no others; return how many came or went."""
    Project.objects.select_for_update().get(pk=project.pk)
    rows = ProjectMember.objects.filter(project=project)
    there, asked = set(rows.values_list("member_id", flat=True)), {member.pk for member in wanted}
    rows.exclude(member__in=asked).delete()
    ProjectMember.objects.bulk_create(
        ProjectMember(project=project, member_id=pk) for pk in sorted(asked - there)
    )
    came, went = len(asked - there), len(there - asked)
    if came or went:
        Event.note(Verb.PROJECT_MEMBERS, who=actor, subject=project.pk, came=came, went=went)
    return came + went


def _save(project: Project) -> None:
    taken = NameTaken(f"There is a project “{project.name}” already.")
    if folded(project.name) == folded(GENERAL):
        raise NameTaken(f"“{GENERAL}” is what is in no project. Choose another name.")
    try:
        with transaction.atomic():
            project.save()
    except IntegrityError:
        raise taken from None
