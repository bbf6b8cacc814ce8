import re
import unicodedata
import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

AT_ONCE = 500


def folded(texts):
    """Return the words of these texts, each once, without case and accents."""
    plain = unicodedata.normalize("NFKD", " ".join(texts)).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(dict.fromkeys(re.findall(r"[^\W_]+", plain)))


def remember(apps, schema_editor):
    """Give every run that was made so far its place in the history, the oldest first."""
    run_model, job_model = apps.get_model("generation", "Run"), apps.get_model("generation", "Job")
    entry_model = apps.get_model("generation", "HistoryEntry")
    runs = list(
        run_model.objects.order_by("created_at", "pk").values_list(
            "pk", "member_id", "template", "created_at"
        )
    )
    for start in range(0, len(runs), AT_ONCE):
        some = runs[start : start + AT_ONCE]
        texts = {pk: [template] for pk, _, template, _ in some}
        for pk, prompt in job_model.objects.filter(run__in=list(texts)).values_list("run_id", "prompt"):
            texts[pk].append(prompt)
        entry_model.objects.bulk_create(
            entry_model(run_id=pk, member_id=member, words=folded(texts[pk]), at=at)
            for pk, member, _, at in some
        )


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0008_axes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoryEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("words", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="history",
                        to="generation.run",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["member", "-id"], name="history_recent")],
            },
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=120)),
                ("read_as", models.CharField(max_length=200)),
                ("columns", models.JSONField(default=list)),
                ("rows", models.JSONField(default=list)),
                ("defaults", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="batches",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "run",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="batch",
                        to="generation.run",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["member", "-updated_at"], name="batch_recent")],
            },
        ),
        migrations.AddIndex(
            model_name="image",
            index=models.Index(fields=["sha256"], name="image_fingerprint"),
        ),
        migrations.RunPython(remember, migrations.RunPython.noop),
    ]
