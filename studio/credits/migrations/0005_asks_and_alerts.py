"""Requests, alerts and credits with an end, and their kind of entry.

SQLite makes the entries' table anew for that: its triggers are put back.
"""

import uuid

import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from studio.accounts.append_only import append_only, lifted


class Migration(migrations.Migration):
    dependencies = [
        ("credits", "0004_projects_and_opening"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        lifted("credits_entry"),
        migrations.CreateModel(
            name="Alert",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("budget", "A budget’s threshold"),
                            ("asked", "A request for credits"),
                            ("answered", "An answer to a request"),
                            ("unusual", "Unusual spend"),
                            ("lapsed", "Credits that lapsed"),
                            ("tried", "A trial of the webhook"),
                        ],
                        max_length=8,
                    ),
                ),
                ("once", models.CharField(max_length=160, unique=True)),
                ("detail", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("told_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="Ask",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("budget_id", models.UUIDField(null=True)),
                ("amount", models.PositiveIntegerField()),
                ("reason", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waits"),
                            ("granted", "Granted"),
                            ("trimmed", "Granted in part"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("given", models.PositiveIntegerField(default=0)),
                ("answer", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answered_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("way", models.CharField(choices=[("mail", "Mail"), ("hook", "Webhook")], max_length=4)),
                ("to", models.CharField(max_length=500)),
                ("title", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField(default=django.utils.timezone.now, null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("trouble", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("text", models.TextField(blank=True)),
                ("href", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("read_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Oversight",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("thresholds", models.CharField(default="50 80 95 100", max_length=60)),
                ("mail", models.BooleanField(default=True)),
                ("hook_url", models.CharField(blank=True, max_length=500)),
                ("sealed_hook_secret", models.TextField(blank=True)),
                ("unusual", models.BooleanField(default=True)),
                ("unusual_pause", models.BooleanField(default=False)),
                ("price_micros", models.PositiveBigIntegerField(null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name_plural": "oversight",
            },
        ),
        migrations.CreateModel(
            name="TopUp",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("amount", models.PositiveIntegerField()),
                ("left", models.PositiveIntegerField()),
                ("ends_at", models.DateTimeField()),
                ("lapses", models.PositiveSmallIntegerField(default=0)),
                ("lapsed", models.PositiveIntegerField(default=0)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["ends_at", "id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="entry",
            name="entry_signs",
        ),
        migrations.AddField(
            model_name="account",
            name="drawn",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="account",
            name="notices",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="entry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("grant", "Granted"),
                    ("hold", "Held"),
                    ("settle", "Spent"),
                    ("release", "Released"),
                    ("adjust", "Adjusted"),
                    ("late", "Charged late"),
                    ("refund", "Refunded"),
                    ("lapse", "Lapsed"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("held", 0), ("kind", "grant"), ("posted__gt", 0)),
                    models.Q(("held__gt", 0), ("kind", "hold"), ("posted", 0)),
                    models.Q(("held__lt", 0), ("kind", "settle"), ("posted__lte", 0)),
                    models.Q(("held__lt", 0), ("kind", "release"), ("posted", 0)),
                    models.Q(("held", 0), ("kind", "adjust"), models.Q(("posted", 0), _negated=True)),
                    models.Q(("held", 0), ("kind", "late"), ("posted__lt", 0)),
                    models.Q(("held", 0), ("kind", "refund"), ("posted__gt", 0)),
                    models.Q(("held", 0), ("kind", "lapse"), ("posted__lt", 0)),
                    _connector="OR",
                ),
                name="entry_signs",
            ),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=models.Q(("told_at", None)), fields=["created_at"], name="alert_untold"
            ),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(fields=["-created_at"], name="alert_newest"),
        ),
        migrations.AddField(
            model_name="ask",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="ask",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="asks", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="alert",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="deliveries", to="credits.alert"
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="alert",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="notices", to="credits.alert"
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="oversight",
            name="changed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="topup",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="top_ups", to="credits.account"
            ),
        ),
        migrations.AddIndex(
            model_name="ask",
            index=models.Index(fields=["state", "created_at"], name="ask_waiting"),
        ),
        migrations.AddConstraint(
            model_name="ask",
            constraint=models.UniqueConstraint(
                models.F("member"),
                django.db.models.functions.comparison.Coalesce(
                    "budget_id", models.Value(uuid.UUID("00000000-0000-0000-0000-000000000000"))
                ),
                condition=models.Q(("state", "open")),
                name="ask_one_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="ask",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "granted", "trimmed", "refused", "withdrawn"])),
                name="ask_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ask",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="ask_of_something"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("done_at", None)), fields=["next_at"], name="delivery_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("alert", "way", "to"), name="delivery_once"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["member", "-id"], name="notice_page"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(fields=("alert", "member"), name="notice_once"),
        ),
        migrations.AddConstraint(
            model_name="oversight",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="oversight_is_one"),
        ),
        migrations.AddIndex(
            model_name="topup",
            index=models.Index(
                condition=models.Q(("closed_at", None)), fields=["ends_at"], name="top_up_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="topup",
            constraint=models.CheckConstraint(
                condition=models.Q(("left__lte", models.F("amount"))), name="top_up_left_of_it"
            ),
        ),
        append_only("credits_entry"),
    ]
