import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import studio.generation.models.work


def give_tokens(apps, schema_editor):
    """Give each purchase a token of its own: a default is asked for once for all rows."""
    Purchase = apps.get_model("generation", "Purchase")
    for pk in Purchase.objects.values_list("pk", flat=True).iterator():
        Purchase.objects.filter(pk=pk).update(token=studio.generation.models.work.hook_token())


def are_rendered(apps, schema_editor):
    """Whatever was kept until now has its renditions."""
    Image = apps.get_model("generation", "Image")
    Image.objects.update(rendered_at=models.F("created_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_fast_and_fair"),
        ("generation", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    # a governor and its requests are the last minutes' and the day's counts: they begin anew
    operations = [
        migrations.DeleteModel(name="Governor"),
        migrations.DeleteModel(name="Request"),
        migrations.CreateModel(
            name="Governor",
            fields=[
                ("account", models.UUIDField(primary_key=True, serialize=False)),
                ("paused_until", models.DateTimeField(null=True)),
                ("learned_per_minute", models.PositiveIntegerField(null=True)),
                ("looked_at", models.DateTimeField(null=True)),
                ("hooked_at", models.DateTimeField(null=True)),
                ("rate_limit", models.PositiveIntegerField(null=True)),
                ("rate_remaining", models.PositiveIntegerField(null=True)),
                ("rate_reset_at", models.DateTimeField(null=True)),
                ("rate_seen_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=20)),
                ("machine", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Pause",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Request",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account", models.UUIDField()),
                (
                    "verb",
                    models.CharField(
                        choices=[("generate", "Generate"), ("turned_away", "Turned Away"), ("look", "Look")],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Turn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account", models.UUIDField()),
                ("served_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveIndex(
            model_name="job",
            name="job_line",
        ),
        migrations.AddField(
            model_name="image",
            name="rendered_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="job",
            name="lane",
            field=models.PositiveSmallIntegerField(choices=[(0, "Normal"), (1, "Background")], default=0),
        ),
        migrations.AddField(
            model_name="job",
            name="rank",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="purchase",
            name="created_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name="purchase",
            name="key",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.key"
            ),
        ),
        migrations.AddField(
            model_name="purchase",
            name="remote_id",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="purchase",
            name="token",
            field=models.CharField(default=studio.generation.models.work.hook_token, max_length=43),
        ),
        migrations.RunPython(give_tokens, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="purchase",
            name="token",
            field=models.CharField(
                default=studio.generation.models.work.hook_token, max_length=43, unique=True
            ),
        ),
        migrations.RunPython(are_rendered, migrations.RunPython.noop, elidable=True),
        migrations.AddField(
            model_name="run",
            name="lane",
            field=models.PositiveSmallIntegerField(choices=[(0, "Normal"), (1, "Background")], default=0),
        ),
        migrations.AddField(
            model_name="run",
            name="starts_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="image",
            index=models.Index(
                condition=models.Q(("rendered_at", None)), fields=["id"], name="image_unrendered"
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("state", "queued")),
                fields=["key", "member", "lane", "rank", "created_at", "position"],
                name="job_line",
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["key", "state"], name="job_key_state"),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("state__in", frozenset(["processing", "queued", "saving", "sending"]))),
                fields=["member", "-created_at"],
                name="job_live",
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("state", "done")),
                fields=["width", "height", "quality", "-finished_at"],
                name="job_durations",
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("state", "done")), fields=["-finished_at"], name="job_done"
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("completed_at__isnull", False), ("cost", None)),
                fields=["key"],
                name="job_unpriced",
            ),
        ),
        migrations.AddConstraint(
            model_name="heartbeat",
            constraint=models.UniqueConstraint(fields=("name", "machine"), name="one_heart_a_machine"),
        ),
        migrations.AddField(
            model_name="pause",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="pause",
            name="ended_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="pause",
            name="key",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.key"
            ),
        ),
        migrations.AddField(
            model_name="pause",
            name="member",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(fields=["account", "at"], name="request_window"),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(fields=["account", "verb", "at"], name="request_day"),
        ),
        migrations.AddField(
            model_name="turn",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="pause",
            index=models.Index(
                condition=models.Q(("ended_at", None)), fields=["created_at"], name="pause_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.UniqueConstraint(fields=("account", "member"), name="one_turn_a_member"),
        ),
    ]
