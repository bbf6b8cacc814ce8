"""What an entry was for, and when its hold was made: by these budgets count.

The entries that stand are told their hold's moment once. The table refuses changes: the refusal is
lifted for that and put back.
"""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from studio.accounts.append_only import append_only, lifted


def fill(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    entries = apps.get_model("credits", "Entry").objects
    entries.filter(kind="hold").update(opened_at=F("created_at"))
    opened = entries.filter(reference=OuterRef("reference"), kind="hold").order_by()
    after = entries.filter(kind__in=["settle", "release", "late", "refund"])
    after.update(opened_at=Coalesce(Subquery(opened.values("created_at")[:1]), F("created_at")))


class Migration(migrations.Migration):
    dependencies = [("credits", "0003_anchors")]

    operations = [
        lifted("credits_entry"),
        migrations.AddField(
            model_name="entry", name="opened_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="entry", name="project_id", field=models.UUIDField(blank=True, null=True)
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("opened_at__isnull", False)), fields=["opened_at"], name="entry_opened"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        append_only("credits_entry"),
    ]
