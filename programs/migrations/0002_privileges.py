"""Two walls in the database: private tables show a row to its author; records cannot be changed."""

from django.conf import settings
from django.db import migrations

# A view bug, a wrong join or raw SQL still shows nothing: the policies ask who acts (core/acting.py).
PRIVATE_TABLES = ["programs_reflection", "programs_fieldentry"]
APPEND_ONLY = [
    "programs_progressevent",
    "accounts_consent",
    "accounts_disclosure",
    "accounts_accesslog",
]


def protect(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table in PRIVATE_TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            cursor.execute(
                f"CREATE POLICY own ON {table} USING (author_id = app_user())"
                " WITH CHECK (author_id = app_user())"
            )
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] == settings.DATABASE_APP_ROLE:
            return  # one role for everything: it owns the tables and cannot be refused
        role = schema_editor.quote_name(settings.DATABASE_APP_ROLE)
        for table in APPEND_ONLY:
            cursor.execute(f"REVOKE UPDATE, DELETE ON {table} FROM {role}")


def unprotect(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table in PRIVATE_TABLES:
            cursor.execute(f"DROP POLICY own ON {table}")
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


class Migration(migrations.Migration):
    dependencies = [("programs", "0001_initial")]
    operations = [migrations.RunPython(protect, unprotect)]
