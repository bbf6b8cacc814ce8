"""Two more kinds of entries. SQLite makes the table anew for that: its triggers are put back."""

from django.db import migrations, models

from studio.accounts.append_only import append_only, lifted


class Migration(migrations.Migration):
    dependencies = [("credits", "0001_initial")]

    operations = [
        lifted("credits_entry"),
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
                ],
                max_length=8,
            ),
        ),
        migrations.RemoveConstraint(model_name="entry", name="entry_signs"),
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
                    _connector="OR",
                ),
                name="entry_signs",
            ),
        ),
        append_only("credits_entry"),
    ]
