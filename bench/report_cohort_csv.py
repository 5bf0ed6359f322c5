"""Every step of five hundred people as a file, beside the same cells from one SQL statement."""

from __future__ import annotations

import csv
import io
import resource

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import people
from bench.pairs import measure_pair
from bench.report import Row, pair_rows
from core.tables import csv_lines
from programs.models import Item
from programs.reports.steps_done import steps_done

NAME = "report.cohort.csv"
MOST_MEMORY = 20 * 1024  # KiB

# One row a person: their name, and the steps done with the day of each.
FLOOR = """
SELECT u.name, g.name, n.name, array_agg(p.item_id),
       array_agg(to_char(p.occurred_at AT TIME ZONE %(zone)s, 'YYYY-MM-DD'))
  FROM programs_enrollment e JOIN accounts_user u ON u.id = e.clinician_id
  LEFT JOIN programs_cohortgroup g ON g.id = e.group_id
  LEFT JOIN accounts_unit n ON n.id = e.unit_id
  LEFT JOIN programs_progressevent p ON p.enrollment_id = e.id AND p.kind = 'item_completed'
        AND p.occurred_at <= %(at)s
 WHERE e.cohort_id = %(cohort)s AND e.accepted_at <= %(at)s GROUP BY e.id, u.name, g.name, n.name
 ORDER BY u.name
"""


def run(size: str) -> list[Row]:
    cohort, at = people.large_cohort(), timezone.now()
    items = Item.objects.filter(module__version=cohort.version_id).order_by("position")
    places = {pk: place for place, pk in enumerate(items.values_list("pk", flat=True))}

    def floor() -> int:
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        with connection.cursor() as cursor:
            parameters = {"cohort": cohort.pk, "at": at, "zone": cohort.time_zone}
            cursor.execute(FLOOR, parameters)
            for name, group, unit, done, days in cursor:
                row = [""] * len(places)
                for item, day in zip(done, days, strict=True):
                    row[places[item]] = day
                writer.writerow([name, group, unit, *row])
        return len(text.getvalue())

    def ours() -> int:
        header, rows = steps_done(cohort=cohort, at=at)
        return sum(map(len, csv_lines(header, rows, are_neutral=True)))

    floor()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with CaptureQueriesContext(connection) as captured:
        size_of_file = ours()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    rows = [
        Row(NAME, "bytes", f"{size_of_file}"),
        Row(NAME, "queries", str(len(captured)), "≤ 8", len(captured) <= 8),
        Row(NAME, "memory", f"+{grown} KiB", f"≤ {MOST_MEMORY} KiB", grown <= MOST_MEMORY),
    ]
    return rows + pair_rows(NAME, measure_pair(ours, floor), cpu_target=None, wall_target=1.2)
