import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_policy"),
        ("credits", "0002_late_and_refund"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Anchor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account", models.UUIDField()),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("refusal", "Doitong refused an image"),
                            ("asked", "Doitong was asked"),
                            ("typed", "Typed in"),
                        ],
                        max_length=8,
                    ),
                ),
                ("figure", models.BigIntegerField()),
                ("ours", models.BigIntegerField()),
                ("under_way", models.BigIntegerField(default=0)),
                ("booked", models.BigIntegerField(default=0)),
                ("explained_at", models.DateTimeField(null=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Charge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("cost", models.PositiveIntegerField()),
                ("seen", models.PositiveIntegerField(default=0)),
            ],
            options={
                "ordering": ["cost"],
            },
        ),
        migrations.CreateModel(
            name="Checkup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("entries", models.PositiveBigIntegerField()),
                ("open_holds", models.PositiveIntegerField()),
                ("ended", models.PositiveIntegerField(default=0)),
                ("findings", models.JSONField(default=list)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.AddField(
            model_name="price",
            name="last",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("posted", 0), _negated=True), fields=["key_id"], name="entry_of_key"
            ),
        ),
        migrations.AddField(
            model_name="anchor",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="anchor",
            name="key",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.key"
            ),
        ),
        migrations.AddField(
            model_name="charge",
            name="price",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="charges", to="credits.price"
            ),
        ),
        migrations.AddIndex(
            model_name="anchor",
            index=models.Index(
                models.F("account"), models.OrderBy(models.F("id"), descending=True), name="anchor_newest"
            ),
        ),
        migrations.AddConstraint(
            model_name="anchor",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["refusal", "asked", "typed"])), name="anchor_source_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.UniqueConstraint(fields=("price", "cost"), name="charge_once"),
        ),
    ]
