import uuid

import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from studio.accounts.append_only import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Member",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=80)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("designer", "Designer"),
                            ("reviewer", "Reviewer"),
                            ("credit_admin", "Credit admin"),
                            ("owner", "Owner"),
                        ],
                        default="designer",
                        max_length=16,
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("joined_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["name", "email"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["designer", "reviewer", "credit_admin", "owner"])),
                        name="member_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                        name="member_email_lower",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("key.saved", "saved a key"),
                            ("key.replaced", "replaced a key"),
                            ("key.tested", "tested a key"),
                            ("key.disabled", "disabled a key"),
                            ("key.limited", "changed a key's limits"),
                            ("key.refused", "had a key refused"),
                            ("key.no_credits", "ran out of the provider's credits"),
                            ("key.good", "saw a key work again"),
                            ("key.unreadable", "could not open a sealed key"),
                            ("member.signed_in", "signed in"),
                            ("member.sign_in_failed", "failed to sign in"),
                            ("member.signed_out", "signed out"),
                            ("member.password_changed", "changed their password"),
                            ("credits.granted", "granted credits"),
                            ("credits.adjusted", "adjusted credits"),
                        ],
                        max_length=40,
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=200)),
                ("detail", models.JSONField(blank=True, default=dict)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "who",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["subject", "-id"], name="event_subject")],
            },
        ),
        migrations.CreateModel(
            name="Key",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("sealed", models.TextField()),
                ("last4", models.CharField(blank=True, max_length=4)),
                ("fingerprint", models.CharField(max_length=64)),
                (
                    "plan",
                    models.CharField(
                        choices=[
                            ("free", "Free"),
                            ("starter", "Starter"),
                            ("pro", "Pro"),
                            ("enterprise", "Enterprise"),
                        ],
                        default="free",
                        max_length=12,
                    ),
                ),
                ("per_minute", models.PositiveIntegerField(blank=True, null=True)),
                ("at_once", models.PositiveIntegerField(blank=True, null=True)),
                ("per_day", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ok", "Working"),
                            ("refused", "Refused"),
                            ("no_credits", "Out of credits"),
                            ("disabled", "Disabled"),
                        ],
                        default="ok",
                        max_length=12,
                    ),
                ),
                ("state_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("state_reason", models.CharField(blank=True, max_length=300)),
                ("provider_credits", models.BigIntegerField(blank=True, null=True)),
                ("provider_credits_at", models.DateTimeField(blank=True, null=True)),
                ("tested_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="keys",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.comparison.Coalesce(
                            "member",
                            models.Value(
                                uuid.UUID("00000000-0000-0000-0000-000000000000"),
                                output_field=models.UUIDField(),
                            ),
                        ),
                        condition=models.Q(("state", "disabled"), _negated=True),
                        name="key_one_in_use",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "disabled"), _negated=True),
                        fields=("fingerprint",),
                        name="key_not_twice",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["ok", "refused", "no_credits", "disabled"])),
                        name="key_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("plan__in", ["free", "starter", "pro", "enterprise"])),
                        name="key_plan_known",
                    ),
                ],
            },
        ),
        append_only("accounts_event"),
    ]
