import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0009_questionnaire_drafts"),
    ]

    operations = [
        migrations.CreateModel(
            name="PreparedRelease",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("payload", models.JSONField()),
                ("rows", models.JSONField()),
                ("made_at", models.DateTimeField()),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prepared_releases",
                        to="outcomes.wave",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["wave", "number"], name="prepared_by_number")],
            },
        ),
    ]
