"""Take the pictures: page × persona × window × theme, into var/shots/<id>-<width>-<theme>.png.

    BASE_URL=http://127.0.0.1:8000 python -m tests.browser.shots [id …]

The site must run with the demo practice; `python3 run.py shots` sees to that. A few first screens go
to docs/img too, for the README. Exit status 1 if a page did not answer 200 (or as expected), or
is wider than its window.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import django
from django.urls import Resolver404, resolve, reverse
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.chromium import MISSING, SIZES, find_chromium, open_chromium

ROOT = Path(__file__).resolve().parent.parent.parent
SHOTS = ROOT / "var" / "shots"
IMAGES = ROOT / "docs" / "img"
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Shot:
    """One page: that of `view`, or where links lead from there to the views of `follow`."""

    id: str
    persona: str  # "" for the public
    view: str  # URL name, or a path
    follow: tuple[str, ...] = ()
    status: int = 200
    choice: int = 0  # which of several links leads to the last view

    def path(self) -> str:
        return self.view if self.view.startswith("/") else reverse(self.view)

    @property
    def shows(self) -> str:
        """The view that the picture shows."""
        return (self.view, *self.follow)[-1]


ORGANIZATION = ("accounts:organization_detail",)
ENGAGEMENT = (*ORGANIZATION, "programs:engagement_detail")
DRAFT = ("programs:program_draft",)
COHORT = ("programs:cohort_detail",)
DATES = (*COHORT, "programs:schedule_list")
LIVE = (*COHORT, "programs:live_slot_list")
GROUP = (*COHORT, "coaching:group_list", "coaching:session_workspace")
PERSON = (*COHORT, "programs:enrollment_detail")

PAGES = [
    # --- public and shared ---
    Shot("sign-in", "", "account_login"),
    Shot("sign-in-code", "", "account_request_login_code"),
    Shot("demo", "", "accounts:demo"),
    Shot("404", "", "/no-such-page/", status=404),
    Shot("help", "clinician", "help_page"),
    Shot("account", "clinician", "accounts:account"),
    Shot("notifications", "clinician", "coaching:notification_settings"),
    Shot("calendar", "clinician", "coaching:calendar"),
    Shot("styleguide", "clinician", "styleguide"),
    Shot("mailbox", "clinician", "notifications:mailbox_list"),
    Shot("mail", "clinician", "notifications:mailbox_list", ("notifications:mailbox_detail",)),
    # --- clinician ---
    Shot("today", "clinician", "outcomes:today"),
    Shot("book", "clinician", "coaching:booking_start"),
    Shot("ask-time", "clinician", "coaching:booking_start", ("coaching:time_request_create",)),
    Shot("group", "clinician", "coaching:booking_start", ("coaching:group_session",)),
    Shot("coach", "clinician", "coaching:booking_start", ("coaching:my_coach",)),
    Shot("rota", "clinician", "coaching:rota"),
    Shot("learn", "clinician", "programs:learn"),
    Shot("module", "clinician", "programs:learn", ("programs:module_detail",)),
    Shot("player", "clinician", "programs:learn", ("programs:item_detail",)),
    Shot("practice", "clinician", "programs:learn", ("programs:practice_list",)),
    Shot("buddy", "clinician", "programs:learn", ("programs:buddy",)),
    Shot("progress", "clinician", "outcomes:progress"),
    Shot("check-in", "clinician", "outcomes:today", ("outcomes:check_in",)),
    Shot("org-sees", "clinician", "outcomes:organization_view"),
    # --- consultant ---
    Shot("c-busy-calendars", "consultant", "coaching:busy_calendars"),
    Shot("c-today", "consultant", "outcomes:consultant_today"),
    Shot("c-organizations", "consultant", "accounts:organization_list"),
    Shot("c-organization", "consultant", "accounts:organization_list", ORGANIZATION),
    Shot(
        "c-reports",
        "consultant",
        "accounts:organization_list",
        (*ORGANIZATION, "outcomes:report_list"),
    ),
    Shot("c-organization-new", "consultant", "accounts:organization_create"),
    Shot(
        "c-organization-edit",
        "consultant",
        "accounts:organization_list",
        (*ORGANIZATION, "accounts:organization_edit"),
    ),
    Shot(
        "c-unit", "consultant", "accounts:organization_list", (*ORGANIZATION, "accounts:unit_edit")
    ),
    Shot("c-engagement", "consultant", "accounts:organization_list", ENGAGEMENT),
    Shot(
        "c-engagement-new",
        "consultant",
        "accounts:organization_list",
        (*ORGANIZATION, "programs:engagement_create"),
    ),
    Shot(
        "c-engagement-edit",
        "consultant",
        "accounts:organization_list",
        (*ENGAGEMENT, "programs:engagement_edit"),
    ),
    Shot(
        "c-cohort-new",
        "consultant",
        "accounts:organization_list",
        (*ENGAGEMENT, "programs:cohort_create"),
    ),
    # --- Programs written in the browser ---
    Shot("c-programs", "consultant", "programs:program_list"),
    Shot("c-program-new", "consultant", "programs:program_list", ("programs:program_create",)),
    Shot("c-draft", "consultant", "programs:program_list", DRAFT),
    Shot(
        "c-draft-part",
        "consultant",
        "programs:program_list",
        (*DRAFT, "programs:program_draft_part"),
        choice=2,
    ),
    Shot(
        "c-draft-publish",
        "consultant",
        "programs:program_list",
        (*DRAFT, "programs:program_draft_publish"),
    ),
    Shot("c-program-upload", "consultant", "programs:program_list", ("programs:program_import",)),
    # --- end of programs written in the browser ---
    Shot("c-cohorts", "consultant", "programs:cohort_list"),
    Shot("c-cohort", "consultant", "programs:cohort_list", COHORT),
    Shot("c-cohort-edit", "consultant", "programs:cohort_list", (*COHORT, "programs:cohort_edit")),
    Shot(
        "c-report",
        "consultant",
        "programs:cohort_list",
        (*COHORT, "programs:cohort_progress_report"),
    ),
    Shot("c-surveys", "consultant", "programs:cohort_list", (*COHORT, "outcomes:wave_list")),
    Shot(
        "c-survey",
        "consultant",
        "programs:cohort_list",
        (*COHORT, "outcomes:wave_list", "outcomes:wave"),
    ),
    Shot(
        "c-questionnaires",
        "consultant",
        "programs:cohort_list",
        (*COHORT, "outcomes:wave_list", "outcomes:questionnaire_list"),
    ),
    Shot(
        "c-questionnaire",
        "consultant",
        "programs:cohort_list",
        (
            *(*COHORT, "outcomes:wave_list", "outcomes:questionnaire_list"),
            "outcomes:questionnaire",
        ),
    ),
    Shot("c-weeks", "consultant", "programs:cohort_list", (*COHORT, "programs:cohort_weeks")),
    Shot("c-flags", "consultant", "programs:cohort_list", (*COHORT, "programs:flag_list")),
    # --- dates, editions, groups ---
    Shot("c-dates", "consultant", "programs:cohort_list", DATES),
    Shot("c-date", "consultant", "programs:cohort_list", (*DATES, "programs:schedule_edit")),
    Shot("c-pause", "consultant", "programs:cohort_list", (*DATES, "programs:schedule_extend")),
    Shot("c-closed", "consultant", "programs:cohort_list", (*DATES, "programs:closed_days")),
    Shot("c-edition", "consultant", "programs:cohort_list", (*COHORT, "programs:cohort_edition")),
    Shot(
        "c-small-groups", "consultant", "programs:cohort_list", (*COHORT, "programs:cohort_groups")
    ),
    Shot(
        "c-transfer",
        "consultant",
        "programs:cohort_list",
        (*PERSON, "programs:enrollment_transfer"),
    ),
    # --- end of dates, editions, groups ---
    Shot("c-team", "consultant", "programs:cohort_list", (*COHORT, "programs:cohort_staff")),
    Shot("c-live", "consultant", "programs:cohort_list", LIVE),
    Shot("c-live-edit", "consultant", "programs:cohort_list", (*LIVE, "programs:live_slot_edit")),
    Shot(
        "c-attendance",
        "consultant",
        "programs:cohort_list",
        (*LIVE, "programs:live_slot_attendance"),
    ),
    Shot("c-import", "consultant", "programs:cohort_list", (*COHORT, "programs:roster_upload")),
    Shot("c-invite", "consultant", "programs:cohort_list", (*COHORT, "programs:enrollment_create")),
    Shot("c-person", "consultant", "programs:cohort_list", PERSON),
    Shot(
        "c-person-withdraw",
        "consultant",
        "programs:cohort_list",
        (*PERSON, "programs:enrollment_withdraw"),
    ),
    Shot(
        "c-person-extend",
        "consultant",
        "programs:cohort_list",
        (*PERSON, "programs:enrollment_extend"),
    ),
    Shot("c-calendar", "consultant", "coaching:week_calendar"),
    Shot("c-book-for", "consultant", "programs:cohort_list", (*PERSON, "coaching:booking_for")),
    Shot(
        "c-rules",
        "consultant",
        "accounts:organization_list",
        (*ENGAGEMENT, "coaching:booking_policy_edit"),
    ),
    Shot(
        "c-hours",
        "consultant",
        "accounts:organization_list",
        (*ENGAGEMENT, "coaching:hours_list"),
    ),
    Shot("o-rules", "owner", "coaching:practice_policy_edit"),
    Shot("c-sessions", "consultant", "coaching:session_list"),
    Shot("c-workspace", "consultant", "coaching:session_list", ("coaching:session_workspace",)),
    Shot(
        "move",
        "consultant",
        "coaching:session_list",
        ("coaching:session_workspace", "coaching:booking_move"),
    ),
    Shot(
        "cancel",
        "consultant",
        "coaching:session_list",
        ("coaching:session_workspace", "coaching:booking_cancel"),
    ),
    Shot("o-disputes", "owner", "coaching:dispute_list"),
    Shot("c-agreed-times", "consultant", "coaching:agreed_time_list"),
    Shot("c-asked", "consultant", "coaching:time_request_list"),
    Shot("c-availability", "consultant", "coaching:availability"),
    Shot("c-exceptions", "consultant", "coaching:availability_exceptions"),
    Shot("c-leave", "consultant", "coaching:availability_leave"),
    Shot(
        "c-leave-sessions",
        "consultant",
        "coaching:availability_leave",
        ("coaching:availability_leave_detail",),
    ),
    Shot("c-travel", "consultant", "coaching:availability_travel"),
    Shot("c-holidays", "consultant", "coaching:availability_holidays"),
    Shot("c-session-types", "consultant", "coaching:session_type_list"),
    Shot("c-session-type-new", "consultant", "coaching:session_type_create"),
    Shot(
        "c-session-type",
        "consultant",
        "coaching:session_type_list",
        ("coaching:session_type_edit",),
    ),
    Shot("c-matching", "consultant", "programs:cohort_list", (*COHORT, "coaching:matching")),
    Shot("c-profile", "consultant", "coaching:coach_profile"),
    Shot(
        "c-hand-over",
        "consultant",
        "coaching:session_list",
        ("coaching:session_workspace", "coaching:session_hand_over"),
    ),
    Shot("c-groups", "consultant", "programs:cohort_list", (*COHORT, "coaching:group_list")),
    Shot(
        "c-group-plan",
        "consultant",
        "programs:cohort_list",
        (*COHORT, "coaching:group_list", "coaching:group_plan"),
    ),
    Shot("c-group-edit", "consultant", "programs:cohort_list", (*GROUP, "coaching:group_edit")),
    Shot(
        "c-group-attendance",
        "consultant",
        "programs:cohort_list",
        (*GROUP, "coaching:group_attendance"),
    ),
    Shot("c-observations", "consultant", "programs:observation_list"),
    Shot("c-exchanges", "consultant", "programs:cohort_list", (*COHORT, "programs:exchange_list")),
    Shot("shared", "clinician", "programs:shared_list"),
    Shot("c-notes", "consultant", "programs:buddy_report_list"),
    Shot("c-sent-mail", "consultant", "notifications:message_list"),
    # --- organization admin and practice owner ---
    Shot("a-overview", "admin", "outcomes:overview"),
    # The last one runs; the first has not begun.
    Shot("a-cohort", "admin", "outcomes:overview", ("outcomes:cohort_report",), choice=-1),
    Shot("a-outcomes", "admin", "outcomes:outcome_list"),
    Shot("a-outcome", "admin", "outcomes:outcome_list", ("outcomes:outcome_report",)),
    Shot("a-compare", "admin", "outcomes:outcomes_compared"),
    Shot("a-people", "admin", "outcomes:people"),
    Shot("a-disclosure", "admin", "outcomes:disclosure_detail"),
    # Indicators
    Shot("a-indicators", "admin", "outcomes:own_indicators"),
    Shot("a-indicator", "admin", "outcomes:own_indicators", ("outcomes:indicator_detail",)),
    Shot("a-patients", "admin", "outcomes:own_indicators", ("outcomes:rating_links",)),
    Shot("own-ratings", "clinician", "outcomes:own_ratings"),
    Shot("a-indicator-upload", "admin", "outcomes:own_indicators", ("outcomes:indicator_upload",)),
    Shot("o-staff", "owner", "accounts:staff_list"),
    Shot("o-practice", "owner", "accounts:practice_edit"),
    Shot("o-badge-keys", "owner", "programs:badge_keys"),
    Shot("o-credit", "owner", "programs:credit_offer_list"),
    Shot(
        "o-credit-offer", "owner", "programs:credit_offer_list", ("programs:credit_offer_detail",)
    ),
    Shot("o-credit-new", "owner", "programs:credit_offer_create"),
    Shot("o-credit-rules", "owner", "programs:credit_rule_list"),
    Shot("o-credit-registry", "owner", "programs:credit_export_list"),
    Shot("certificates", "clinician", "programs:certificate_list"),
    Shot("credit-identity", "clinician", "programs:credit_identity"),
    Shot("o-reminders", "owner", "coaching:practice_reminders"),
]
# Pages without a picture of their own, each with the reason.
NOT_PICTURED = {
    "outcomes:wave_release": "shows what a-outcome shows, with a button",
    "outcomes:wave_plan": "the form of a round, as on its page",
    # Check-ins: the address of the round itself shows its next question
    "outcomes:indicator_list": "is where a-indicators leads",
    "outcomes:rating": "its address is a secret that only the poster holds",
    "outcomes:rating_thanks": "its address is a secret that only the poster holds",
    "outcomes:rating_link_detail": "a code and two buttons; looked at by hand",
    "outcomes:indicator_upload_detail": "needs a POST with a file; looked at by hand",
    "outcomes:lot_list": "needs two cohorts ahead of their start; looked at by hand",
    "outcomes:indicator_choices": "a list of checkboxes; looked at by hand",
    "outcomes:questionnaire_new": "a form of four fields; looked at by hand",
    "outcomes:questionnaire_permission": "a form; looked at by hand",
    "outcomes:questionnaire_draft": "there only while one is written; looked at by hand",
    "outcomes:questionnaire_question": "a form of a draft; looked at by hand",
    "outcomes:questionnaire_preview": "is what check-in shows, one below the other",
    "outcomes:check_in_question": "is what check-in shows",
    "outcomes:check_in_review": "needs an answer; its tests look at it",
    "outcomes:check_in_withdraw": "needs an answer; a paragraph and two buttons",
    # The rest
    "programs:certificate_verify": "its address is a secret of whoever holds the certificate",
    "programs:credit_claim": "needs a completed program; its tests look at it",
    "programs:credit_claim_take_back": "a form with one field, like c-person-withdraw",
    "programs:certificate_revoke": "needs a completed program; its tests look at it",
    "programs:badge_achievement": "needs a certificate; one heading and a card",
    "programs:cohort_migrate": "the demo has one edition of each program; its tests look at it",
    "programs:cohort_group_edit": "looks like c-invite, with one field",
    "programs:enrollment_group": "looks like c-transfer",
    "programs:enrollment_void": "looks like c-person-withdraw",
    "programs:program_draft_map": "only conversations have one; looked at by hand",
    # safety of practice: the demo practice runs no such program
    "programs:safety_screening": "only programs with a safety text",
    "programs:practice_check_in": "only programs with a safety text",
    "programs:concern_list": "empty unless somebody asked for help",
    "outcomes:worse_changes": "a table of three columns; looked at by hand",
    "programs:qualification_list": "a list and a form, like o-staff",
    "coaching:engagement_reminders": "looks like o-reminders",
    "accounts:invitation_accept": "its address is a secret that only the mail holds",
    "coaching:booking_link": "its address is a secret that only the mail holds",
    "coaching:booking_link_move": "its address is a secret that only the mail holds",
    "coaching:booking_link_cancel": "its address is a secret that only the mail holds",
    "notifications:mail_stop": "its address is a secret that only the mail holds",
    "programs:nudge_create": "reached by choosing people on the page of flags",
    "coaching:place_offer": "its address is a secret that only the mail holds",
    "accounts:unit_create": "shown only after a refused POST; looks like c-unit",
    "coaching:session_book": "reached by POST from the page of book, which it looks like",
    "coaching:session_detail": "the demo's clinician has no session ahead",
    "coaching:hold_detail": "shown only after a POST; the story walks through it",
    "coaching:series_book": "needs a chosen time; its tests look at it",
    "programs:shared_reflection": "the demo shares none yet; its tests look at it",
    "programs:exchange_detail": "looks like the thread in the player",
    "programs:item_done": "shown only after a POST",
    "programs:live_slot_plan": "looks like c-live-edit",
    "programs:observation_detail": "the demo asks no observer yet",
    "programs:roster_detail": "needs an upload; the journey tests go through it",
    "programs:roster_map": "needs an upload; the journey tests go through it",
    "programs:roster_check": "needs an upload; the journey tests go through it",
}
README_IMAGES = [
    "today-390-light",
    "book-390-light",
    "player-390-dark",
    "c-today-1280-light",
    "c-cohort-1280-light",
    "a-overview-1280-light",
    "a-outcome-1280-light",
]


def sign_in(context: BrowserContext, persona: str) -> None:
    """Press the persona's button: the demo's one-click sign-in is a form with a CSRF token."""
    page = context.new_page()
    page.goto(reverse("accounts:demo"))
    address = reverse("accounts:demo_sign_in", kwargs={"persona": persona})
    page.locator(f'form[action="{address}"] button').first.click()
    page.wait_for_load_state()
    page.close()


def links_to(page: Page, view: str) -> list[str]:
    """The addresses on `page` that lead to `view`."""
    addresses = page.eval_on_selector_all(
        "a[href^='/']", "links => links.map(link => link.getAttribute('href'))"
    )
    found = []
    for address in addresses:
        try:
            match = resolve(urlsplit(address).path)
        except Resolver404:
            continue
        if match.view_name == view:
            found.append(address)
    return found


def open_page(page: Page, shot: Shot) -> str:
    """Go to the page of `shot`; return what is wrong, or ""."""
    answer = page.goto(shot.path())
    for view in shot.follow:
        links = links_to(page, view)
        if not links:
            return f"no link to {view} on {urlsplit(page.url).path}"
        answer = page.goto(links[shot.choice if view == shot.shows else 0])
    if answer is None or answer.status != shot.status:
        return f"answered {answer and answer.status}, not {shot.status}"
    page.evaluate("document.fonts.ready")
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return f"{wide} px too wide" if wide > 0 else ""


def take(browser: Browser, base_url: str, shots: Sequence[Shot]) -> list[str]:
    """Take every picture; return one line for each that is not as it should be."""
    wrong = []
    for persona in dict.fromkeys(shot.persona for shot in shots):
        for width, height in SIZES.items():
            for theme in THEMES:
                context = browser.new_context(
                    base_url=base_url,
                    viewport={"width": width, "height": height},
                    color_scheme=theme,
                    reduced_motion="reduce",
                )
                if persona:
                    sign_in(context, persona)
                page = context.new_page()
                for shot in (shot for shot in shots if shot.persona == persona):
                    name = f"{shot.id}-{width}-{theme}"
                    if problem := open_page(page, shot):
                        wrong.append(f"{name}: {problem}")
                    if name in README_IMAGES:
                        page.screenshot(path=IMAGES / f"{name}.png")
                    # A window as tall as the page: fixed bars end up where the page ends.
                    tall = page.evaluate("document.documentElement.scrollHeight")
                    page.set_viewport_size({"width": width, "height": max(height, tall)})
                    page.screenshot(path=SHOTS / f"{name}.png")
                    page.set_viewport_size({"width": width, "height": height})
                context.close()
    return wrong


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main(wanted: Sequence[str]) -> int:
    django.setup()
    program = find_chromium()
    if program is None:
        say(MISSING)
        return 2
    for folder in (SHOTS, IMAGES):
        folder.mkdir(parents=True, exist_ok=True)
    shots = [shot for shot in PAGES if not wanted or shot.id in wanted]
    with open_chromium(program) as browser:
        wrong = take(browser, os.environ.get("BASE_URL", "http://127.0.0.1:8000"), shots)
    say(f"{len(shots)} pages, each in {len(SIZES) * len(THEMES)} pictures: var/shots")
    for line in wrong:
        say(f"  {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
