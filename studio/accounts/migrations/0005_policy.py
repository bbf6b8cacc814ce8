import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_hook_secret"),
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
                    ("price.changed", "saw a charge outside the known range"),
                    ("ledger.mended", "ended holds whose jobs had ended"),
                    ("policy.changed", "decided whose key is used"),
                ],
                max_length=40,
            ),
        ),
        migrations.CreateModel(
            name="Policy",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "payer",
                    models.CharField(
                        choices=[
                            ("either", "Their own key, or else the team’s"),
                            ("own", "Only a key of their own"),
                            ("team", "Only the team’s key"),
                        ],
                        default="either",
                        max_length=8,
                    ),
                ),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name_plural": "policies",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="policy_is_one"),
                    models.CheckConstraint(
                        condition=models.Q(("payer__in", ["either", "own", "team"])),
                        name="policy_payer_known",
                    ),
                ],
            },
        ),
    ]
