"""Sums by day and month beside the ledger, filled from the entries that stand."""

import uuid
from itertools import batched

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import CharField, Count, DateField, F, Q, Sum, UUIDField, Value
from django.db.models.functions import Coalesce, TruncDate, TruncMonth
from django.utils import timezone

NONE = uuid.UUID(int=0)
NAMES = ("member_id", "unit", "start", "project", "key", "posted", "spent", "charges")


def fill(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    rollup, zone = apps.get_model("credits", "Rollup"), timezone.get_default_timezone()
    posted = apps.get_model("credits", "Entry").objects.exclude(posted=0).order_by()
    starts = {
        "d": TruncDate("created_at", tzinfo=zone),
        "m": TruncMonth("created_at", tzinfo=zone, output_field=DateField()),
    }
    spends = Q(kind__in=["settle", "late", "refund"])
    for unit, start in starts.items():
        rows = posted.annotate(
            unit=Value(unit, CharField()),
            start=start,
            project=Coalesce(F("project_id"), Value(NONE, UUIDField())),
            key=Coalesce(F("key_id"), Value(NONE, UUIDField())),
        ).values("account_id", "unit", "start", "project", "key")
        sums = rows.annotate(
            total=Sum("posted"),
            spent=-Coalesce(Sum("posted", filter=spends), 0),
            charges=Count("pk", filter=spends & Q(posted__lt=0)),
        ).values_list("account_id", "unit", "start", "project", "key", "total", "spent", "charges")
        made = (rollup(**dict(zip(NAMES, row, strict=True))) for row in sums.iterator(2000))
        for some in batched(made, 2000):
            rollup.objects.bulk_create(some)


class Migration(migrations.Migration):
    dependencies = [
        ("credits", "0005_asks_and_alerts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Rollup",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("unit", models.CharField(choices=[("d", "Day"), ("m", "Month")], max_length=1)),
                ("start", models.DateField()),
                ("project", models.UUIDField(default=NONE)),
                ("key", models.UUIDField(default=NONE)),
                ("posted", models.BigIntegerField(default=0)),
                ("spent", models.BigIntegerField(default=0)),
                ("charges", models.BigIntegerField(default=0)),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["unit", "start"], name="rollup_window")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("member", "unit", "start", "project", "key"), name="rollup_once"
                    ),
                    models.CheckConstraint(condition=Q(("unit__in", ["d", "m"])), name="rollup_unit_known"),
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
