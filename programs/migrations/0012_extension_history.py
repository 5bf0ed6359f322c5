"""Every extension that was given is kept, so that an old report finds the dates of its day."""

import django.utils.timezone
from django.db import migrations, models


def take_over(apps, schema_editor):
    apps.get_model("programs", "Extension").objects.update(granted_at=models.F("created_at"))


class Migration(migrations.Migration):
    dependencies = [("programs", "0011_sharing_privileges")]

    operations = [
        migrations.AlterModelOptions(name="extension", options={"ordering": ["due_at"]}),
        migrations.RemoveConstraint(model_name="extension", name="extension_one_per_item"),
        migrations.AddField(
            model_name="extension",
            name="granted_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddIndex(
            model_name="extension",
            index=models.Index(fields=["enrollment", "item"], name="extension_of_a_person"),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
