from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0006_approved"),
    ]

    operations = [
        migrations.AlterField(
            model_name="job",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", ""),
                    ("credits", "The credits are used up"),
                    ("price", "The price rose above what was approved"),
                    ("key", "The API key was refused"),
                    ("refused", "Doitong refused the request"),
                    ("provider", "Doitong had an error"),
                    ("save", "The picture could not be saved"),
                    ("no_answer", "The answer was lost"),
                    ("given_up", "Given up by hand"),
                ],
                default="",
                max_length=12,
            ),
        ),
    ]
