"""A call for help shows itself to its author and to the contact it went to; choices are kept."""

from django.conf import settings
from django.db import migrations

CONCERNS = "programs_practiceconcern"
APPEND_ONLY = "programs_practicetrackchoice"


def protect(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {CONCERNS} ENABLE ROW LEVEL SECURITY")
        cursor.execute(f"ALTER TABLE {CONCERNS} FORCE ROW LEVEL SECURITY")
        both = "author_id = app_user() OR contact_id = app_user()"
        cursor.execute(f"CREATE POLICY author_and_contact ON {CONCERNS} FOR SELECT USING ({both})")
        # Only one's own is written; only the contact marks it answered.
        cursor.execute(
            f"CREATE POLICY author ON {CONCERNS} FOR INSERT WITH CHECK (author_id = app_user())"
        )
        cursor.execute(
            f"CREATE POLICY contact ON {CONCERNS} FOR UPDATE USING (contact_id = app_user())"
        )
        cursor.execute(f"CREATE POLICY own ON {CONCERNS} FOR DELETE USING (author_id = app_user())")
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] == settings.DATABASE_APP_ROLE:
            return  # one role for everything: it owns the tables and cannot be refused
        role = schema_editor.quote_name(settings.DATABASE_APP_ROLE)
        cursor.execute(f"REVOKE UPDATE, DELETE ON {APPEND_ONLY} FROM {role}")


def unprotect(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for policy in ("author_and_contact", "author", "contact", "own"):
            cursor.execute(f"DROP POLICY {policy} ON {CONCERNS}")
        cursor.execute(f"ALTER TABLE {CONCERNS} NO FORCE ROW LEVEL SECURITY")
        cursor.execute(f"ALTER TABLE {CONCERNS} DISABLE ROW LEVEL SECURITY")


class Migration(migrations.Migration):
    dependencies = [("programs", "0005_practice_and_safety")]
    operations = [migrations.RunPython(protect, unprotect)]
