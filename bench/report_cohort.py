"""Five hundred people, thirty items, one line a person: beside one SQL statement."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import people
from bench.pairs import measure_pair
from bench.report import Row, pair_rows
from programs.reports.cohort_progress import cohort_progress

NAME = "report.cohort"

# One line a person: how many required items are done, how many overdue, and the last event.
FLOOR = """
SELECT e.id, u.name, count(DISTINCT p.item_id) FILTER (WHERE p.kind = 'item_completed'),
       max(p.occurred_at),
       (SELECT count(*) FROM programs_item i JOIN programs_schedulerow r ON r.module_id = i.module_id
         WHERE r.cohort_id = e.cohort_id AND r.kind = 'due' AND r.at + interval '3 days' <= %(at)s
           AND NOT EXISTS (SELECT 1 FROM programs_progressevent q WHERE q.enrollment_id = e.id
             AND q.item_id = i.id AND q.kind = 'item_completed'))
  FROM programs_enrollment e JOIN accounts_user u ON u.id = e.clinician_id
  LEFT JOIN programs_progressevent p ON p.enrollment_id = e.id AND p.occurred_at <= %(at)s
 WHERE e.cohort_id = %(cohort)s AND e.accepted_at <= %(at)s GROUP BY e.id, u.name
"""


def _plan(query: dict[str, str]) -> str:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + query["sql"])
        return "\n".join(row[0] for row in cursor.fetchall())


def run(size: str) -> list[Row]:
    cohort, at = people.large_cohort(), timezone.now()

    def floor() -> list:
        with connection.cursor() as cursor:
            cursor.execute(FLOOR, {"cohort": cohort.pk, "at": at})
            return cursor.fetchall()

    def ours() -> object:
        return cohort_progress(cohort=cohort, at=at)

    with CaptureQueriesContext(connection) as captured:
        ours()
    scans = [
        query["sql"]
        for query in captured.captured_queries
        if "progressevent" in query["sql"] and "Seq Scan on programs_progressevent" in _plan(query)
    ]
    rows = [
        # At size S the cohort is a fifth of the table: a scan is the cheaper plan there.
        Row(NAME, "scans of progress", str(len(scans)), "0", None if size == "s" else not scans),
        Row(NAME, "people", str(len(floor()))),
        Row(NAME, "queries", str(len(captured)), "≤ 8", len(captured) <= 8),
    ]
    return rows + pair_rows(NAME, measure_pair(ours, floor), cpu_target=None, wall_target=2)
