"""What a preview has shown is never changed."""

from django.conf import settings
from django.db import migrations


def protect(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] == settings.DATABASE_APP_ROLE:
            return  # one role for everything: it owns the table and cannot be refused
        role = schema_editor.quote_name(settings.DATABASE_APP_ROLE)
        cursor.execute(f"REVOKE UPDATE, DELETE ON outcomes_preparedrelease FROM {role}")


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0010_prepared_releases")]
    operations = [migrations.RunPython(protect, migrations.RunPython.noop)]
