from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0005_late_news"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="most_each",
            field=models.PositiveIntegerField(null=True),
        ),
    ]
