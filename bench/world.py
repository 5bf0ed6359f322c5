"""The data of a benchmark, generated on the server: seeded, rows scattered, three sizes.

S: 10 organizations x 5 cohorts x 40 clinicians; M: 100 x 10 x 50; L: 1,000 x 20 x 50. All have one cohort of 500 people
on top, thirty items in the program, a busy coach and an idle one, and a zone whose clocks change.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

ITEMS, MODULES = 30, 6
BIG_COHORT = 500


@dataclass(frozen=True)
class Size:
    organizations: int
    cohorts: int  # per organization
    clinicians: int  # per cohort
    coaches: int
    sessions: int
    messages: int

    @property
    def people(self) -> int:
        return self.organizations * self.cohorts * self.clinicians + BIG_COHORT


SIZES = {
    "s": Size(10, 5, 40, coaches=20, sessions=1_000, messages=200),
    "m": Size(100, 10, 50, coaches=500, sessions=100_000, messages=5_000),
    "l": Size(1_000, 20, 50, coaches=5_000, sessions=2_000_000, messages=50_000),
}
ZONES = "(ARRAY['America/New_York','Europe/London','America/Chicago','America/Los_Angeles'])"
STAMPS = "gen_random_uuid(), now(), now()"

PEOPLE = f"""
INSERT INTO accounts_user (id, public_id, created_at, updated_at, password, is_superuser, email, name,
  profession, time_zone, locale, theme, practice_role, is_active, is_staff)
SELECT i, {STAMPS}, '!', false, 'person' || i || '@bench.example', 'Person ' || i, 'nurse',
  {ZONES}[1 + i %% 4], 'en-us', 'system', CASE WHEN i > %(people)s THEN 'consultant' ELSE '' END, true, false
FROM generate_series(1, %(people)s + %(coaches)s) i ORDER BY hashint8(i)
"""
ORGANIZATIONS = f"""
INSERT INTO accounts_organization (id, public_id, created_at, updated_at, name, time_zone)
SELECT i, {STAMPS}, 'Hospital ' || i, 'America/New_York' FROM generate_series(1, %(organizations)s) i
"""
UNITS = f"""
INSERT INTO accounts_unit (id, public_id, created_at, updated_at, organization_id, name)
SELECT o * 8 + u, {STAMPS}, o, 'Unit ' || u
FROM generate_series(1, %(organizations)s) o, generate_series(0, 7) u
"""
DISCLOSURES = f"""
INSERT INTO accounts_disclosure (id, public_id, created_at, updated_at, organization_id, version, visibility,
  thresholds, cells, text, sha256, effective_from)
SELECT i, {STAMPS}, i, 1, 'completion', '{{}}', '{{}}', 'bench', repeat('0', 64), now() - interval '60 days'
FROM generate_series(1, %(organizations)s) i
"""
ENGAGEMENTS = f"""
INSERT INTO programs_engagement (id, public_id, created_at, updated_at, organization_id, title, starts_on,
  ends_on, seats, coaching_hours, po_number, rate_minor, currency, visibility, threshold_progress,
  threshold_means, threshold_distributions, threshold_reliable_change, disclosure_id)
SELECT i, {STAMPS}, i, 'Contract ' || i, current_date - 60, current_date + 300, 100000, 100000, '', 0, 'USD',
  'completion', 5, 8, 10, 20, i FROM generate_series(1, %(organizations)s) i
"""
PROGRAM = f"""
INSERT INTO programs_program (id, public_id, created_at, updated_at, slug, title, summary)
VALUES (1, {STAMPS}, 'bench', 'Bench program', '');
INSERT INTO programs_programversion (id, public_id, created_at, updated_at, program_id, version, schema,
  sha256, content, change_class, completion, published_at)
VALUES (1, {STAMPS}, 1, '1.0.0', 'empathy-program/1', repeat('0', 64), '{{}}', 'major', '{{}}', now());
INSERT INTO programs_module (id, public_id, created_at, updated_at, version_id, key, position, title, summary,
  objectives, release, due)
SELECT i, {STAMPS}, 1, 'm' || i, i, 'Module ' || i, '', '[]',
  '{{"anchor": "cohort_start", "offset": "P0D"}}', '{{}}' FROM generate_series(1, {MODULES}) i;
INSERT INTO programs_item (id, public_id, created_at, updated_at, module_id, key, identity, position, kind,
  title, minutes, required, requires, objectives, body)
SELECT i, {STAMPS}, 1 + (i - 1) / {ITEMS // MODULES}, 'i' || i, 'bench/m/i' || i, i, 'reading', 'Item ' || i,
  5, true, '[]', '[]', '{{"steps": [{{"title": "One", "markdown": "Text."}}]}}'
FROM generate_series(1, {ITEMS}) i
"""
COHORTS = f"""
INSERT INTO programs_cohort (id, public_id, created_at, updated_at, engagement_id, version_id, name, starts_on,
  ends_on, time_zone, grace_days, lapse_days)
SELECT i, {STAMPS}, 1 + (i - 1) / %(cohorts)s, 1, 'Cohort ' || i, current_date - 30, current_date + 30,
  'America/New_York', 3, 14 FROM generate_series(1, %(organizations)s * %(cohorts)s) i;
INSERT INTO programs_cohort (id, public_id, created_at, updated_at, engagement_id, version_id, name, starts_on,
  ends_on, time_zone, grace_days, lapse_days)
VALUES (%(organizations)s * %(cohorts)s + 1, {STAMPS}, 1, 1, 'The large one', current_date - 30,
  current_date + 30, 'America/New_York', 3, 14);
INSERT INTO programs_schedulerow (public_id, created_at, updated_at, cohort_id, module_id, kind, anchor,
  "offset", at, edited_reason)
SELECT {STAMPS}, c.id, m.id, k.kind, 'cohort_start', 'P0D',
  now() - interval '30 days' + (m.position * 7 + CASE k.kind WHEN 'due' THEN 7 ELSE 0 END) * interval '1 day', ''
FROM programs_cohort c, programs_module m, (VALUES ('release'), ('due')) k(kind)
"""
ENROLLMENTS = f"""
INSERT INTO accounts_consent (id, public_id, created_at, updated_at, user_id, disclosure_id, action, sha256,
  typed_name, at)
SELECT i, {STAMPS}, i, 1, 'signed', repeat('0', 64), 'Person ' || i, now() - interval '31 days'
FROM generate_series(1, %(people)s) i;
INSERT INTO accounts_membership (public_id, created_at, updated_at, user_id, organization_id, role, unit_id,
  started_at)
SELECT {STAMPS}, i, o.id, 'clinician', o.id * 8 + i %% 8, now()
FROM generate_series(1, %(people)s) i
JOIN accounts_organization o ON o.id = CASE WHEN i > %(people)s - {BIG_COHORT} THEN 1
  ELSE 1 + ((i - 1) / %(clinicians)s) / %(cohorts)s END;
INSERT INTO programs_enrollment (id, public_id, created_at, updated_at, cohort_id, clinician_id, profession,
  unit_id, consent_id, invited_at, accepted_at, ended_reason)
SELECT i, {STAMPS},
  CASE WHEN i > %(people)s - {BIG_COHORT} THEN %(organizations)s * %(cohorts)s + 1
    ELSE 1 + (i - 1) / %(clinicians)s END,
  i, 'nurse',
  (CASE WHEN i > %(people)s - {BIG_COHORT} THEN 1 ELSE 1 + ((i - 1) / %(clinicians)s) / %(cohorts)s END) * 8 + i %% 8,
  i, now() - interval '32 days', now() - interval '31 days', ''
FROM generate_series(1, %(people)s) i ORDER BY hashint8(i)
"""
EVENTS = f"""
INSERT INTO programs_progressevent (enrollment_id, item_id, kind, occurred_at, recorded_at, source, key,
  payload, reason)
SELECT e, i, 'item_completed', t, t, 'player', gen_random_uuid(), '{{}}', ''
FROM generate_series(1, %(people)s) e, generate_series(1, {ITEMS}) i,
  LATERAL (SELECT now() - ({ITEMS} - i) * interval '1 day' - (hashint8(e * 31 + i) & 65535) * interval '1 s') x(t)
ORDER BY hashint8(e * {ITEMS} + i)
"""
STATES = f"""
INSERT INTO programs_itemstate (enrollment_id, item_id, position, revision, started_at, done_at, updated_at)
SELECT e, i, '{{}}', 1, now(), now(), now() FROM generate_series(1, %(people)s) e, generate_series(1, {ITEMS}) i
WHERE i < {ITEMS}
"""
# Coaches stand behind the clinicians in the table of people. The first is busy all day, the second idle.
COACHES = f"""
INSERT INTO coaching_sessiontype (id, public_id, created_at, updated_at, name, kind, length_min,
  buffer_before_min, buffer_after_min, horizon_days, step_min, capacity, needs_approval, uses_hours, channel,
  location)
VALUES (1, {STAMPS}, 'Coaching session', 'one', 45, 0, 0, 90, 45, 1, false, true, 'video', '');
INSERT INTO coaching_availabilityschedule (id, public_id, created_at, updated_at, coach_id, zone, region)
SELECT i, {STAMPS}, %(people)s + i, {ZONES}[1 + i %% 4], '' FROM generate_series(1, %(coaches)s) i;
INSERT INTO coaching_availabilityrule (public_id, created_at, updated_at, schedule_id, weekday, start_min, end_min)
SELECT {STAMPS}, i, d, 480, 1140 FROM generate_series(1, %(coaches)s) i, generate_series(0, 6) d;
INSERT INTO programs_cohortstaff (public_id, created_at, updated_at, cohort_id, person_id, role)
SELECT {STAMPS}, c.id, %(people)s + 1 + (c.id * 3 + k) %% %(coaches)s, 'coach'
FROM programs_cohort c, generate_series(0, 2) k;
INSERT INTO coaching_hoursentry (engagement_id, kind, minutes, reason, created_at)
SELECT i, 'purchase', 6000000, '', now() FROM generate_series(1, %(organizations)s) i
"""
# Two meetings a day and coach, at ten and at three, going back as far as the number asks for.
SESSIONS = f"""
INSERT INTO coaching_coachingsession (id, public_id, created_at, updated_at, session_type_id, coach_id,
  cohort_id, span, wall_start, wall_zone, tzdb_version, capacity, taken, status, rev, ics_uid, ics_seq, location,
  shows_roster, allows_hierarchy)
SELECT i, {STAMPS}, 1, %(people)s + 1 + i %% %(coaches)s, 1, tstzrange(t, t + interval '45 minutes'), '', 'UTC',
  'bench', 1, 1, 'scheduled', 1, gen_random_uuid(), 0, '', false, false
FROM generate_series(1, %(sessions)s) i,
  LATERAL (SELECT date_trunc('day', now()) + interval '30 days'
    - (i / %(coaches)s / 2) * interval '1 day' + ((i / %(coaches)s) %% 2) * interval '5 hours'
    + interval '15 hours') x(t);
INSERT INTO coaching_booking (id, public_id, created_at, updated_at, coaching_session_id, clinician_id,
  actor_id, engagement_id, enrollment_id, state, rev, ics_uid, ics_seq, policy, move_count, link_hash)
SELECT s.id, {STAMPS}, s.id, e.clinician_id, e.clinician_id, c.engagement_id, e.id, 'booked', 1,
  gen_random_uuid(), 0, '{{}}', 0, ''
FROM coaching_coachingsession s
JOIN programs_enrollment e ON e.id = 1 + (s.id * 7) %% %(people)s
JOIN programs_cohort c ON c.id = e.cohort_id;
INSERT INTO coaching_timeclaim (public_id, created_at, updated_at, person_id, span, kind, coaching_session_id,
  active)
SELECT {STAMPS}, coach_id, span, 'coach', id, true FROM coaching_coachingsession
"""
MESSAGES = """
INSERT INTO notifications_message (kind, dedupe_key, subject_kind, subject_id, subject_rev, recipient_id,
  address, channel, rule, due_at, state, attempts, resends, next_attempt_at, message_id, provider_id,
  last_error_code, created_at)
SELECT 'bench.reminder', 'bench:' || i, 'accounts.user', 1 + i %% %(people)s, 1, 1 + i %% %(people)s, '', 'email', '',
  now() + interval '90 days', 'pending', 0, 0, now() + interval '90 days', '<' || i || '@bench.example>', '', '',
  now()
FROM generate_series(1, %(messages)s * 40) i
"""
# An admin of the first organization, and twenty coaches for its large cohort.
STAFF = f"""
INSERT INTO accounts_user (id, public_id, created_at, updated_at, password, is_superuser, email, name,
  profession, time_zone, locale, theme, practice_role, is_active, is_staff)
VALUES (%(people)s + %(coaches)s + 1, {STAMPS}, '!', false, 'admin@bench.example', 'Admin', '',
  'America/New_York', 'en-us', 'system', '', true, false);
INSERT INTO accounts_membership (public_id, created_at, updated_at, user_id, organization_id, role, started_at)
VALUES ({STAMPS}, %(people)s + %(coaches)s + 1, 1, 'admin', now());
INSERT INTO programs_cohortstaff (public_id, created_at, updated_at, cohort_id, person_id, role)
SELECT {STAMPS}, %(organizations)s * %(cohorts)s + 1, %(people)s + i, 'coach' FROM generate_series(1, 20) i
ON CONFLICT DO NOTHING
"""
SEQUENCED = [
    "coaching_sessiontype",
    "coaching_availabilityschedule",
    "coaching_coachingsession",
    "coaching_booking",
    "accounts_user",
    "accounts_organization",
    "accounts_unit",
    "accounts_disclosure",
    "accounts_consent",
    "programs_engagement",
    "programs_program",
    "programs_programversion",
    "programs_module",
    "programs_item",
    "programs_cohort",
    "programs_enrollment",
]


def build_world(size: Size) -> None:
    """Fill an empty, migrated database. M takes about two minutes on two cores."""
    parameters = {
        "people": size.people,
        "coaches": size.coaches,
        "organizations": size.organizations,
        "cohorts": size.cohorts,
        "clinicians": size.clinicians,
        "sessions": size.sessions,
        "messages": size.messages,
    }
    steps = [
        PEOPLE,
        ORGANIZATIONS,
        UNITS,
        DISCLOSURES,
        ENGAGEMENTS,
        PROGRAM,
        COHORTS,
        ENROLLMENTS,
        EVENTS,
        STATES,
        COACHES,
        SESSIONS,
        MESSAGES,
        STAFF,
    ]
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for step in steps:
            for statement in step.split(";\n"):
                cursor.execute(statement, parameters)
        for table in SEQUENCED:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )
        cursor.execute("ANALYZE")
