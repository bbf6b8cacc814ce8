from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_hook_secret"),
        ("generation", "0004_line_and_open"),
    ]

    operations = [
        migrations.AddField(
            model_name="job",
            name="charged_late",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="purchase",
            name="cost",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="purchase",
            name="told_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="purchase",
            index=models.Index(
                condition=models.Q(("remote_id", ""), _negated=True),
                fields=["remote_id"],
                name="purchase_remote_id",
            ),
        ),
        migrations.AddIndex(
            model_name="purchase",
            index=models.Index(
                condition=models.Q(("cost", None), ("told_at__isnull", False)),
                fields=["told_at"],
                name="purchase_unpriced",
            ),
        ),
    ]
