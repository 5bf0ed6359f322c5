"""An answer shows itself to its author, and to an analysis that has said so; instruments stay."""

from django.conf import settings
from django.db import migrations

ANSWERS = "outcomes_answer"
UNCHANGEABLE = "outcomes_instrument"


def protect(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {ANSWERS} ENABLE ROW LEVEL SECURITY")
        cursor.execute(f"ALTER TABLE {ANSWERS} FORCE ROW LEVEL SECURITY")
        cursor.execute(
            f"CREATE POLICY author ON {ANSWERS} USING (respondent_id = app_user())"
            " WITH CHECK (respondent_id = app_user())"
        )
        cursor.execute(
            f"CREATE POLICY analysis ON {ANSWERS} FOR SELECT"
            " USING (current_setting('app.analysis', true) = 'on')"
        )
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] == settings.DATABASE_APP_ROLE:
            return  # one role for everything: it owns the tables and cannot be refused
        role = schema_editor.quote_name(settings.DATABASE_APP_ROLE)
        cursor.execute(f"REVOKE UPDATE, DELETE ON {UNCHANGEABLE} FROM {role}")


def unprotect(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for policy in ("author", "analysis"):
            cursor.execute(f"DROP POLICY {policy} ON {ANSWERS}")
        cursor.execute(f"ALTER TABLE {ANSWERS} NO FORCE ROW LEVEL SECURITY")
        cursor.execute(f"ALTER TABLE {ANSWERS} DISABLE ROW LEVEL SECURITY")


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0001_instruments_waves_responses")]
    operations = [migrations.RunPython(protect, unprotect)]
