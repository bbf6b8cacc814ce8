import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from studio.accounts.append_only import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="account",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("balance", models.BigIntegerField(default=0)),
                ("held", models.BigIntegerField(default=0)),
                ("spent", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("held__gte", 0)), name="account_held_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("spent__gte", 0)), name="account_spent_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Price",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("quality", models.CharField(max_length=32)),
                ("low", models.PositiveIntegerField()),
                ("high", models.PositiveIntegerField()),
                ("seen", models.PositiveIntegerField(default=1)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("width", "height", "quality"), name="price_once"),
                    models.CheckConstraint(
                        condition=models.Q(("low__lte", models.F("high"))), name="price_ordered"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("grant", "Granted"),
                            ("hold", "Held"),
                            ("settle", "Spent"),
                            ("release", "Released"),
                            ("adjust", "Adjusted"),
                        ],
                        max_length=8,
                    ),
                ),
                ("posted", models.BigIntegerField(default=0)),
                ("held", models.BigIntegerField(default=0)),
                ("reference", models.UUIDField()),
                ("key_id", models.UUIDField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="credits.account",
                    ),
                ),
                (
                    "actor",
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
                "verbose_name_plural": "entries",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        models.F("account"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="entry_page",
                    ),
                    models.Index(fields=["account", "kind", "created_at"], name="entry_sums"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("reference", "kind"), name="entry_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("kind__in", ["settle", "release"])),
                        fields=("reference",),
                        name="entry_hold_ends_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("held", 0), ("kind", "grant"), ("posted__gt", 0)),
                            models.Q(("held__gt", 0), ("kind", "hold"), ("posted", 0)),
                            models.Q(("held__lt", 0), ("kind", "settle"), ("posted__lte", 0)),
                            models.Q(("held__lt", 0), ("kind", "release"), ("posted", 0)),
                            models.Q(("held", 0), ("kind", "adjust"), models.Q(("posted", 0), _negated=True)),
                            _connector="OR",
                        ),
                        name="entry_signs",
                    ),
                ],
            },
        ),
        append_only("credits_entry"),
    ]
