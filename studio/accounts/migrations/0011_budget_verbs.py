"""Two more things that are written down: a budget set, a budget taken away."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_joining_and_banner"),
    ]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="verb",
            field=models.CharField(
                choices=[
                    ("key.saved", "saved a key"),
                    ("key.replaced", "replaced a key"),
                    ("key.tested", "tested a key"),
                    ("key.disabled", "disabled a key"),
                    ("key.limited", "changed a key's limits"),
                    ("key.refused", "had a key refused"),
                    ("key.no_credits", "ran out of the provider's credits"),
                    ("key.good", "saw a key work again"),
                    ("key.shared", "said which keys are of one account"),
                    ("key.hook_secret", "changed a key's webhook secret"),
                    ("key.hook_refused", "refused a webhook that was not signed for the key"),
                    ("key.unreadable", "could not open a sealed key"),
                    ("member.signed_in", "signed in"),
                    ("member.sign_in_failed", "failed to sign in"),
                    ("member.signed_out", "signed out"),
                    ("member.password_changed", "changed their password"),
                    ("queue.paused", "paused the queue"),
                    ("queue.resumed", "resumed the queue"),
                    ("credits.granted", "granted credits"),
                    ("credits.adjusted", "adjusted credits"),
                    ("credits.reconciled", "compared the ledger with Doitong's figure"),
                    ("budget.changed", "set a budget"),
                    ("budget.removed", "took a budget away"),
                    ("price.changed", "saw a charge outside the known range"),
                    ("ledger.mended", "ended holds whose jobs had ended"),
                    ("library.created", "made in the library"),
                    ("library.changed", "changed in the library"),
                    ("library.deleted", "deleted from the library"),
                    ("library.restored", "brought back into the library"),
                    ("library.imported", "imported into the library"),
                    ("prompt.saved", "saved a version of a prompt"),
                    ("label.moved", "moved a label"),
                    ("label.guarded", "decided who may move a label"),
                    ("link.made", "made a link for guests"),
                    ("link.revoked", "took back a link for guests"),
                    ("member.role_changed", "changed a role"),
                    ("member.joined", "joined the team"),
                    ("member.left", "took a member off the team"),
                    ("invitation.made", "made an invitation"),
                    ("invitation.revoked", "took back an invitation"),
                    ("project.made", "made a project"),
                    ("project.changed", "changed a project"),
                    ("project.archived", "archived a project"),
                    ("project.reopened", "reopened a project"),
                    ("project.members", "changed who is in a project"),
                    ("standard.changed", "changed defaults and caps"),
                    ("word.ruled", "made a rule about words"),
                    ("word.freed", "took a rule about words away"),
                    ("announcement.changed", "changed the banner"),
                    ("policy.changed", "decided whose key is used"),
                ],
                max_length=40,
            ),
        ),
    ]
