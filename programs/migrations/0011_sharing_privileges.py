"""Walls in the database: commitments, what buddies write, reports about a pair, shared reflections."""

from django.db import migrations

COMMITMENT, MESSAGE, REPORT = (
    "programs_commitment",
    "programs_buddymessage",
    "programs_buddyreport",
)
IN_PAIR = (
    "EXISTS (SELECT 1 FROM programs_buddypair p"
    " JOIN programs_enrollment e ON e.id IN (p.one_id, p.other_id)"
    " WHERE p.id = pair_id AND e.clinician_id = app_user())"
)
# The named person; or those who take part now in the group it was shared with.
SHARED = (
    "submitted_at IS NOT NULL AND EXISTS (SELECT 1 FROM programs_share s"
    " JOIN programs_enrollment o ON o.id = s.enrollment_id"
    " WHERE s.reflection_id = programs_reflection.id AND s.ended_at IS NULL"
    " AND (s.person_id = app_user() OR (s.with_group AND EXISTS (SELECT 1"
    " FROM programs_enrollment e WHERE e.clinician_id = app_user()"
    " AND e.cohort_id = o.cohort_id AND e.group_id IS NOT DISTINCT FROM s.group_id"
    " AND e.accepted_at IS NOT NULL AND e.withdrawn_at IS NULL"
    " AND e.transferred_out_at IS NULL AND e.voided_at IS NULL))))"
)
POLICIES = [
    (COMMITMENT, "own", "USING (author_id = app_user()) WITH CHECK (author_id = app_user())"),
    (MESSAGE, "pair", f"FOR SELECT USING ({IN_PAIR})"),
    (MESSAGE, "author", f"FOR INSERT WITH CHECK (author_id = app_user() AND {IN_PAIR})"),
    (
        REPORT,
        "author_and_contact",
        "FOR SELECT USING (author_id = app_user() OR contact_id = app_user())",
    ),
    (REPORT, "author", "FOR INSERT WITH CHECK (author_id = app_user())"),
    (REPORT, "contact", "FOR UPDATE USING (contact_id = app_user())"),
    ("programs_reflection", "shared", f"FOR SELECT USING ({SHARED})"),
]
PRIVATE = [COMMITMENT, MESSAGE, REPORT]


def protect(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table in PRIVATE:
            cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        for table, name, rule in POLICIES:
            cursor.execute(f"CREATE POLICY {name} ON {table} {rule}")


def unprotect(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table, name, _rule in POLICIES:
            cursor.execute(f"DROP POLICY {name} ON {table}")
        for table in PRIVATE:
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


class Migration(migrations.Migration):
    dependencies = [("programs", "0010_sharing_and_buddies")]
    operations = [migrations.RunPython(protect, unprotect)]
