"""What a lot gave is never changed."""

from django.conf import settings
from django.db import migrations

APPEND_ONLY = ("outcomes_lot", "outcomes_allocation")


def protect(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] == settings.DATABASE_APP_ROLE:
            return  # one role for everything: it owns the tables and cannot be refused
        role = schema_editor.quote_name(settings.DATABASE_APP_ROLE)
        for table in APPEND_ONLY:
            cursor.execute(f"REVOKE UPDATE, DELETE ON {table} FROM {role}")


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0007_allocations")]
    operations = [migrations.RunPython(protect, migrations.RunPython.noop)]
