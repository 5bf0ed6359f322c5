"""Before any table exists: what the plain role of web and workers may do with them."""

from django.conf import settings
from django.db import migrations


def grant(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, EXISTS (SELECT FROM pg_roles WHERE rolname = %s)",
            [settings.DATABASE_APP_ROLE],
        )
        owner, exists = cursor.fetchone()
        if owner == settings.DATABASE_APP_ROLE:
            return  # one role for everything: nothing to grant
        if not exists:
            raise RuntimeError(
                f"The database role {settings.DATABASE_APP_ROLE} does not exist: run deploy/roles.sql first."
            )
        quoted = schema_editor.quote_name(settings.DATABASE_APP_ROLE)
        # Never GRANT ALL, never TRUNCATE: it ignores row-level security.
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {quoted}")
        cursor.execute(f"GRANT SELECT ON django_migrations TO {quoted}")
        cursor.execute(
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {quoted}"
        )
        cursor.execute(
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {quoted}"
        )


APP_USER = """
CREATE FUNCTION app_user() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('app.user_id', true), '')::bigint $$
"""


class Migration(migrations.Migration):
    dependencies = []
    run_before = [
        ("contenttypes", "0001_initial"),
        ("sessions", "0001_initial"),
    ]
    operations = [
        migrations.RunPython(grant, migrations.RunPython.noop),
        migrations.RunSQL(APP_USER, "DROP FUNCTION app_user()"),
    ]
