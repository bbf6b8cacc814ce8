"""The audit trail: who did what to what. Rows are only ever added; the database refuses the rest."""

from django.db import models
from django.utils import timezone

from studio.accounts.models.member import Member


class Verb(models.TextChoices):
    """What happened. The names are stable: they are searched for."""

    KEY_SAVED = "key.saved", "saved a key"
    KEY_REPLACED = "key.replaced", "replaced a key"
    KEY_USED = "key.used", "sent a first image with a key"
    KEY_TESTED = "key.tested", "tested a key"
    KEY_DISABLED = "key.disabled", "disabled a key"
    KEY_LIMITED = "key.limited", "changed a key's limits"
    KEY_REFUSED = "key.refused", "had a key refused"
    KEY_NO_CREDITS = "key.no_credits", "ran out of the provider's credits"
    KEY_GOOD = "key.good", "saw a key work again"
    KEY_SHARED = "key.shared", "said which keys are of one account"
    KEY_HOOK_SECRET = "key.hook_secret", "changed a key's webhook secret"
    KEY_HOOK_REFUSED = "key.hook_refused", "refused a webhook that was not signed for the key"
    KEY_UNREADABLE = "key.unreadable", "could not open a sealed key"
    SIGNED_IN = "member.signed_in", "signed in"
    SIGN_IN_FAILED = "member.sign_in_failed", "failed to sign in"
    SIGNED_OUT = "member.signed_out", "signed out"
    SIGN_IN_HALTED = "member.sign_in_halted", "was kept waiting after too many tries to sign in"
    PASSWORD_CHANGED = "member.password_changed", "changed their password"
    PASSWORD_LINK = "member.password_link", "made a link that sets a password"
    FACTOR_ADDED = "member.factor_added", "added a second factor"
    FACTOR_REMOVED = "member.factor_removed", "removed a second factor"
    FACTOR_RULED = "policy.factor", "decided who needs a second factor"
    SESSION_ENDED = "member.session_ended", "signed out a device"
    DENIED = "access.denied", "was refused a page"
    AUDIT_EXPORTED = "audit.exported", "exported the audit log"
    QUEUE_PAUSED = "queue.paused", "paused the queue"
    QUEUE_RESUMED = "queue.resumed", "resumed the queue"
    CREDITS_GRANTED = "credits.granted", "granted credits"
    CREDITS_ADJUSTED = "credits.adjusted", "adjusted credits"
    CREDITS_LAPSED = "credits.lapsed", "took back credits whose time was over"
    CREDITS_ASKED = "credits.asked", "asked for credits"
    CREDITS_ANSWERED = "credits.answered", "answered a request for credits"
    OVERSIGHT_CHANGED = "oversight.changed", "changed alerts or the price of a credit"
    CREDITS_RECONCILED = "credits.reconciled", "compared the ledger with Doitong's figure"
    BUDGET_CHANGED = "budget.changed", "set a budget"
    BUDGET_REMOVED = "budget.removed", "took a budget away"
    PRICE_CHANGED = "price.changed", "saw a charge outside the known range"
    LEDGER_MENDED = "ledger.mended", "ended holds whose jobs had ended"
    BACKED_UP = "studio.backed_up", "made a backup"
    RESTORED = "studio.restored", "took a backup back"
    MOVED = "studio.moved", "moved the studio to another database"
    LIBRARY_CREATED = "library.created", "made in the library"
    LIBRARY_CHANGED = "library.changed", "changed in the library"
    LIBRARY_DELETED = "library.deleted", "deleted from the library"
    LIBRARY_RESTORED = "library.restored", "brought back into the library"
    LIBRARY_IMPORTED = "library.imported", "imported into the library"
    PROMPT_SAVED = "prompt.saved", "saved a version of a prompt"
    LABEL_MOVED = "label.moved", "moved a label"
    LABEL_GUARDED = "label.guarded", "decided who may move a label"
    LINK_MADE = "link.made", "made a link for guests"
    LINK_REVOKED = "link.revoked", "took back a link for guests"
    ROLE_CHANGED = "member.role_changed", "changed a role"
    MEMBER_JOINED = "member.joined", "joined the team"
    MEMBER_LEFT = "member.left", "took a member off the team"
    MEMBER_BACK = "member.back", "let a member back in"
    INVITED = "invitation.made", "made an invitation"
    INVITATION_REVOKED = "invitation.revoked", "took back an invitation"
    PROJECT_MADE = "project.made", "made a project"
    PROJECT_CHANGED = "project.changed", "changed a project"
    PROJECT_ARCHIVED = "project.archived", "archived a project"
    PROJECT_REOPENED = "project.reopened", "reopened a project"
    PROJECT_MEMBERS = "project.members", "changed who is in a project"
    STANDARD_CHANGED = "standard.changed", "changed defaults and caps"
    WORD_RULED = "word.ruled", "made a rule about words"
    WORD_FREED = "word.freed", "took a rule about words away"
    ANNOUNCED = "announcement.changed", "changed the banner"
    POLICY_CHANGED = "policy.changed", "decided whose key is used"


class Event(models.Model):
    """One thing that was done; `who` is empty where the studio itself did it."""

    who = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    verb = models.CharField(max_length=40, choices=Verb)
    subject = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject", "-id"], name="event_subject")]

    def __str__(self) -> str:
        return f"{self.who or 'The studio'} {self.get_verb_display()} {self.subject}".rstrip()

    @classmethod
    def note(
        cls, verb: Verb, *, who: Member | None, subject: object = "", **detail: str | int | None
    ) -> None:
        """Add one line. Nothing secret is ever given to it."""
        cls.objects.create(who=who, verb=verb, subject=str(subject), detail=detail)
