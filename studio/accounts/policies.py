"""The owners' decisions that are one row: who may read what in the queue. Touches it and the audit trail."""

from django.db import transaction
from django.utils import timezone

from studio.accounts.models import Event, Member, Policy, Verb


@transaction.atomic
def set_private_prompts(private: bool, actor: Member) -> bool:
    """Hide prompts on the queue page from who does not own them, or show those of the team (E10)."""
    if Policy.present().private_prompts == private:
        return False
    Policy.objects.update_or_create(pk=1, defaults={"private_prompts": private, "changed_at": timezone.now()})
    Event.note(Verb.POLICY_CHANGED, who=actor, private_prompts=str(private))
    return True
