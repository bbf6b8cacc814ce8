import uuid

from django.db import migrations, models


def each_its_own(apps, schema_editor):
    """Take each key to be of an account of its own: a default is asked for once for all rows."""
    Key = apps.get_model("accounts", "Key")
    for pk in Key.objects.values_list("pk", flat=True).iterator():
        Key.objects.filter(pk=pk).update(account=uuid.uuid4())


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="key",
            name="account",
            field=models.UUIDField(db_index=True, default=uuid.uuid4),
        ),
        migrations.RunPython(each_its_own, migrations.RunPython.noop, elidable=True),
        migrations.AddField(
            model_name="key",
            name="hook_secret_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="key",
            name="sealed_former_hook_secret",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="key",
            name="sealed_hook_secret",
            field=models.TextField(blank=True),
        ),
    ]
