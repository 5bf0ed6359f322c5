"""Bytes of pages, styles and scripts, against the budgets."""

from __future__ import annotations

import gzip
from pathlib import Path

from django.conf import settings

from bench import people
from bench.report import Row

NAME = "page.weight"
HTML_KB, CSS_KB, JS_KB, OWN_JS_KB = 60, 25, 30, 10


def run(size: str) -> list[Row]:
    enrollment, cohort = people.clinician(), people.large_cohort()
    consultant = cohort.coaches().first()
    pages = [
        (enrollment.clinician, "/"),
        (enrollment.clinician, "/learn/"),
        (enrollment.clinician, f"/enrollments/{enrollment.public_id}/sessions/book/"),
        (enrollment.clinician, "/progress/"),
        (consultant, "/practice/"),
        (consultant, "/sessions/"),
        (consultant, "/cohorts/"),
        (people.admin(), "/organization/"),
        (people.admin(), f"/reports/cohorts/{cohort.public_id}/"),
    ]
    rows = []
    for user, path in pages:
        response = people.signed_in(user).get(path)
        assert response.status_code == 200, (path, response.status_code)
        shown = path.replace(str(enrollment.public_id), "…").replace(str(cohort.public_id), "…")
        rows.append(_row(shown, len(response.content), HTML_KB))
    static = Path(settings.BASE_DIR) / "static"
    css = _zipped(static.rglob("*.css"))
    own = _zipped(static.rglob("js/*.js"))
    htmx = Path(__import__("django_htmx").__file__).parent / "static/django_htmx/htmx-2.min.js"
    rows.append(_row("all CSS, gzipped", css, CSS_KB))
    rows.append(_row("own JavaScript, gzipped", own, OWN_JS_KB))
    rows.append(_row("JavaScript with htmx, gzipped", own + _zipped([htmx]), JS_KB))
    return rows


def _row(what: str, size: int, budget_kb: int) -> Row:
    return Row(NAME, what, f"{size / 1024:.1f} KB", f"≤ {budget_kb} KB", size <= budget_kb * 1024)


def _zipped(paths) -> int:  # type: ignore[no-untyped-def]
    """Return the sum of the files, each gzipped on its own, as they are served."""
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)
