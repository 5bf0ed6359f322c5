"""Who may open each address: one line a route. The access matrix holds the site against it.

A policy names the answer of the personas it names, of tenant A's objects; all other personas get
the default: anonymous and deactivated people are sent to sign in (302), everybody else sees a 404.
A method without an entry is refused to everybody, and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

Answers = dict[str, int]  # personas, separated by spaces -> status

NOT_SIGNED_IN = ("anonymous", "deactivated")
SIGNED_IN = (
    "clinician peer clinician_other admin admin_other consultant consultant_other "
    "consultant_former owner superuser"
)
EVERYBODY = f"anonymous deactivated {SIGNED_IN}"
PRACTICE = "consultant consultant_other consultant_former owner"
MANAGERS = "consultant owner"  # who look after tenant A
PEOPLE = "clinician peer clinician_other"
REST = "admin admin_other superuser"


@dataclass(frozen=True)
class Policy:
    get: Answers | None = None
    post: Answers | None = None
    public: bool = False
    kind: str = ""  # of the item that the address is about

    def answers(self, method: str) -> Answers | None:
        return self.get if method == "get" else self.post


def policy(
    get: Answers | None = None, post: Answers | None = None, kind: str = "", public: bool = False
) -> Policy:
    return Policy(get, post, public, kind)


def public(get: Answers | None = None, post: Answers | None = None) -> Policy:
    return policy(get, post, public=True)


ALL = {EVERYBODY: 200}
NOBODY: Answers = {}
SIGN_IN_PAGE = {"anonymous deactivated": 200, SIGNED_IN: 302}
AWAY = {EVERYBODY: 302}
OK, DONE = {MANAGERS: 200}, {MANAGERS: 302}
FORM = {"get": OK, "post": {MANAGERS: 422}}  # an empty form is refused, in place
OLD_FORM = {"get": OK, "post": OK}  # an empty POST is taken for a first look
MINE = {"clinician": 200}
REFUSED = {"clinician": 422}

_OUTCOMES = "outcomes/<uuid:release_id>/"
_CHECK_IN = "check-in/<uuid:wave_id>/"
_QUESTIONNAIRE = "questionnaire-drafts/<uuid:questionnaire_draft_id>/"
_ITEM = "enrollments/<uuid:enrollment_id>/items/<uuid:item_id>/"
_ORGANIZATION = "organizations/<uuid:organization_id>/"
_DRAFT = "programs/drafts/<uuid:draft_id>/"
_COHORT = "cohorts/<uuid:cohort_id>/"
_INDICATORS = f"{_ORGANIZATION}indicators/"
BOTH_SIDES = f"admin {MANAGERS}"
_CERTIFICATE = "certificates/<uuid:certificate_id>/"
_OFFER = "settings/credit/offers/<uuid:credit_offer_id>/"
_SLOT = "live-sessions/<uuid:slot_id>/"
_ROSTER = "rosters/<uuid:roster_id>/"
_ENROLLMENT = "enrollments/<uuid:enrollment_id>/"
_SESSION_TYPE = "session-types/<uuid:session_type_id>/"

POLICIES: dict[str, Policy] = {
    "healthz/": public(ALL),
    "readyz/": public(ALL),
    "help/": public(ALL, ALL),
    "styleguide/": public(ALL, ALL),
    # --- Signing in: django-allauth ---
    "auth/login/": public(SIGN_IN_PAGE, SIGN_IN_PAGE),
    "auth/logout/": public({"anonymous deactivated": 302, SIGNED_IN: 200}, AWAY),
    "auth/inactive/": public(ALL),
    "auth/signup/": public(SIGN_IN_PAGE, SIGN_IN_PAGE),  # says that it is closed
    "auth/reauthenticate/": policy({SIGNED_IN: 200}, {SIGNED_IN: 200}),
    "auth/email/": policy({SIGNED_IN: 200}, {SIGNED_IN: 302}),
    "auth/confirm-email/": public(AWAY, AWAY),
    "auth/password/change/": policy({SIGNED_IN: 200}, {SIGNED_IN: 200}),
    "auth/password/set/": policy({SIGNED_IN: 302}, {SIGNED_IN: 302}),
    "auth/password/reset/": public(ALL, ALL),
    "auth/login/code/confirm/": public(AWAY, AWAY),
    "auth/password/reset/key/done/": public(ALL),
    "auth/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": public(ALL, ALL),
    "auth/password/reset/done/": public(ALL),
    "auth/login/code/": public(SIGN_IN_PAGE, SIGN_IN_PAGE),
    # --- First pages and reports ---
    "": policy({f"{PEOPLE} superuser": 200, f"admin admin_other {PRACTICE}": 302}),
    "practice/": policy({PRACTICE: 200}),
    "progress/": policy({SIGNED_IN: 200}),
    "what-my-organization-sees/": policy({SIGNED_IN: 200}),
    "organization/": policy({"admin admin_other": 200}),
    "organization/people/": policy({"admin admin_other": 200}),
    "organization/what-we-see/": policy({"admin admin_other": 200}),
    # Indicators: both sides of the contract read and upload
    "organization/indicators/": policy({"admin admin_other": 302}),
    f"{_INDICATORS}": policy({BOTH_SIDES: 200}),
    f"{_INDICATORS}upload/": policy({BOTH_SIDES: 200}, {BOTH_SIDES: 422}),
    f"{_INDICATORS}template.csv": policy({BOTH_SIDES: 200}),
    f"{_INDICATORS}<slug:indicator>/": policy({BOTH_SIDES: 200}),
    f"{_INDICATORS}<slug:indicator>/figures.csv": policy({BOTH_SIDES: 200}),
    f"{_INDICATORS}<slug:indicator>/figures.xlsx": policy({BOTH_SIDES: 200}),
    f"{_INDICATORS}<slug:indicator>/chart.pdf": policy({BOTH_SIDES: 200}),
    "indicator-uploads/<uuid:upload_id>/": policy({BOTH_SIDES: 200}, {BOTH_SIDES: 302}),
    "engagements/<uuid:engagement_id>/indicators/": policy(**FORM),
    "engagements/<uuid:engagement_id>/lots/": policy(**FORM),
    # Patients: the form is for whoever holds the poster
    "r/<str:rating_token>/": public(ALL, {EVERYBODY: 422}),
    "r/<str:rating_token>/thanks/": public(ALL),
    f"{_ORGANIZATION}reports/": policy(**FORM),
    f"{_ORGANIZATION}ratings/": policy({BOTH_SIDES: 200}, {BOTH_SIDES: 422}),
    "my-ratings/": policy({PEOPLE: 200}, {PEOPLE: 422}),
    "rating-links/<uuid:link_id>/": policy({BOTH_SIDES: 200}),
    "rating-links/<uuid:link_id>/revoke/": policy(post={BOTH_SIDES: 302}),
    "rating-links/<uuid:link_id>/qr.svg": policy({BOTH_SIDES: 200}),
    "rating-links/<uuid:link_id>/poster-<slug:paper>.pdf": policy({BOTH_SIDES: 200}),
    "reports/cohorts/<uuid:cohort_id>/": policy({"admin": 200}),
    "reports/cohorts/<uuid:cohort_id>/report.csv": policy({"admin": 200}),
    # --- People and organizations ---
    "account/": policy({SIGNED_IN: 200}, {SIGNED_IN: 200}),
    "account/theme/<slug:theme>/": policy(post={SIGNED_IN: 302}),
    "act-as/<slug:role>/": policy(post={f"{PEOPLE} superuser": 302}),  # asks for "clinician"
    "invitations/<str:token>/": public(ALL, {EVERYBODY: 409}),
    "invitations/<uuid:invitation_id>/resend/": policy(post=DONE),
    "invitations/<uuid:invitation_id>/revoke/": policy(post=DONE),
    "organizations/": policy({PRACTICE: 200}),
    "organizations/new/": policy({PRACTICE: 200}, {PRACTICE: 200}),
    _ORGANIZATION: policy(OK),
    f"{_ORGANIZATION}edit/": policy(**OLD_FORM),
    f"{_ORGANIZATION}admins/invite/": policy(post={MANAGERS: 400}),
    "admins/<uuid:membership_id>/remove/": policy(post=DONE),
    f"{_ORGANIZATION}units/": policy(**OLD_FORM),
    "units/<uuid:unit_id>/": policy(**OLD_FORM),
    "units/<uuid:unit_id>/delete/": policy(post=DONE),
    "settings/practice/": policy({"owner": 200}, {"owner": 200}),
    "settings/staff/": policy({"owner": 200}, {"owner": 200}),
    "settings/staff/<uuid:user_id>/answers/": policy(post={"owner": 302}),
    "settings/staff/<uuid:user_id>/remove/": policy(post={"owner": 302}),
    # Outside the demo there is no such page.
    "demo/": public({EVERYBODY: 404}),
    "demo/sign-in/<slug:persona>/": public(None, {EVERYBODY: 404}),
    # --- rounds of a cohort ---
    f"{_COHORT}surveys/": policy(OK),
    f"{_COHORT}surveys/new/": policy(**FORM),
    f"{_COHORT}surveys/answers.xlsx": policy(NOBODY),  # a permission that none of the cast has
    f"{_COHORT}surveys/usual/": policy(post=DONE),
    f"{_COHORT}surveys/beside/": policy(post=DONE),
    "surveys/<uuid:wave_id>/": policy(OK, OK),  # open: there is no form
    "surveys/<uuid:wave_id>/open/": policy(post=DONE),
    "surveys/<uuid:wave_id>/close/": policy(post=DONE),
    "surveys/<uuid:wave_id>/delete/": policy(post=DONE),
    # --- releases: the organization's admin, and who manages it for the practice ---
    "surveys/<uuid:wave_id>/release/": policy(OK, OK),  # refused: the page again, as it was typed
    "practice/changes-for-the-worse/": policy({"owner": 200}),
    "organization/outcomes/compare/": policy({"admin admin_other": 200}),
    "organization/outcomes/": policy({"admin admin_other": 200}),
    _OUTCOMES: policy({f"admin {MANAGERS}": 200}),
    f"{_OUTCOMES}report.csv": policy({f"admin {MANAGERS}": 200}),
    f"{_OUTCOMES}report.xlsx": policy({f"admin {MANAGERS}": 200}),
    f"{_OUTCOMES}report.pdf": policy({f"admin {MANAGERS}": 200}),
    # --- questionnaires: the practice's own; a client's permission is for who manages it ---
    "questionnaires/": policy({PRACTICE: 200}),
    "questionnaires/new/": policy({PRACTICE: 200}, {PRACTICE: 422}),
    "questionnaires/<uuid:instrument_id>/": policy({PRACTICE: 200}),
    "questionnaires/<uuid:instrument_id>/permission/": policy({PRACTICE: 200}, {PRACTICE: 422}),
    "questionnaires/<uuid:instrument_id>/revise/": policy(post={PRACTICE: 302}),
    "questionnaire-permissions/<uuid:grant_id>/end/": policy(post=DONE),
    _QUESTIONNAIRE: policy({PRACTICE: 200}, {PRACTICE: 422}),
    f"{_QUESTIONNAIRE}change/": policy(post={PRACTICE: 302}),
    f"{_QUESTIONNAIRE}preview/": policy({PRACTICE: 200}),
    f"{_QUESTIONNAIRE}questions/<slug:question>/": policy({PRACTICE: 200}, {PRACTICE: 422}),
    # --- check-ins: whoever takes part in the cohort answers for themselves ---
    _CHECK_IN: policy({"clinician peer": 302}),
    f"{_CHECK_IN}<int:number>/": policy({"clinician peer": 200}, {"clinician peer": 302}),
    f"{_CHECK_IN}review/": policy({"clinician": 200, "peer": 302}, {"clinician peer": 302}),
    f"{_CHECK_IN}withdraw/": policy(MINE, {"clinician": 302}),  # the peer answered nothing
    f"{_CHECK_IN}share/": policy(post=NOBODY),  # nothing was sent yet
    # --- Learn and the player: the learner's own, nobody else's ---
    "learn/": policy({SIGNED_IN: 200}),
    # safety of practice: the world's program has no safety text, so its pages are not there
    f"{_ENROLLMENT}before-you-begin/": policy(NOBODY, NOBODY),
    f"{_ENROLLMENT}modules/<uuid:module_id>/check-in/": policy(NOBODY, NOBODY),
    f"{_ENROLLMENT}practice-track/": policy(post={"clinician": 302}),
    "concerns/": policy({PRACTICE: 200}),
    "concerns/<uuid:concern_id>/answer/": policy(post={"consultant": 302}),  # the contact alone
    "qualifications/<uuid:qualification_id>/revoke/": policy(post={"owner": 302}),
    "qualifications/": policy({"owner": 200}, {"owner": 422}),
    f"{_ENROLLMENT}modules/<uuid:module_id>/": policy(MINE),
    _ITEM: policy(MINE, kind="reading"),
    f"{_ITEM}done/": policy({"clinician": 302}, kind="reading"),
    f"{_ITEM}advance/": policy(post={"clinician": 302}, kind="reading"),
    f"{_ITEM}reflection/": policy(post=REFUSED, kind="reflection"),
    f"{_ITEM}entry/": policy(post=REFUSED, kind="field_log"),
    f"{_ITEM}answer/": policy(post=REFUSED, kind="check"),
    f"{_ITEM}practice/start/": policy(post=REFUSED, kind="practice"),
    f"{_ITEM}practice/finish/": policy(post={"clinician": 409}, kind="practice"),
    f"{_ITEM}practice/log/": policy(post=REFUSED, kind="practice"),
    f"{_ITEM}choice/": policy(post={"clinician": 302}, kind="scenario"),
    f"{_ITEM}turn/": policy(post={"clinician": 302}, kind="scenario"),
    f"{_ITEM}post/": policy(post=REFUSED, kind="thread"),
    f"{_ITEM}observer/": policy(post=REFUSED, kind="observation"),
    "observations/": policy({SIGNED_IN: 200}, {SIGNED_IN: 200}),
    "observations/<uuid:observation_id>/": policy({"consultant": 200}, {"consultant": 422}),
    # --- Sharing, exchanges, own work ---
    f"{_ITEM}share/": policy(post=REFUSED, kind="reflection"),
    "shares/<uuid:share_id>/end/": policy(post={"clinician": 302}),
    "shared/": policy({SIGNED_IN: 200}),
    "shared/<uuid:share_id>/": policy({"consultant": 200}),
    f"{_COHORT}exchanges/": policy({"consultant": 200}),
    f"{_COHORT}exchanges/<uuid:item_id>/": policy(
        {"consultant": 200}, {"consultant": 422}, kind="thread"
    ),
    f"{_ENROLLMENT}my-work.json": policy(MINE),
    f"{_ENROLLMENT}my-work.md": policy(MINE),
    # --- Commitments, self-ratings, buddies ---
    f"{_ITEM}commitment/": policy(post={"clinician": 404}, kind="reading"),  # not begun yet
    "commitments/<uuid:commitment_id>/done/": policy(post={"clinician": 302}),
    f"{_ITEM}self-rating/": policy(post={"clinician": 404}, kind="observation"),  # names none
    f"{_ENROLLMENT}buddy/": policy(MINE),
    f"{_ENROLLMENT}buddy/ask/": policy(post={"clinician": 302}),
    f"{_ENROLLMENT}buddy/leave/": policy(post={"clinician": 302}),
    f"{_ENROLLMENT}buddy/write/": policy(post=REFUSED),
    f"{_ENROLLMENT}buddy/report/": policy(post={"clinician": 302}),
    "buddy-reports/": policy({SIGNED_IN: 200}),
    "buddy-reports/<uuid:report_id>/answer/": policy(post={"consultant": 302}),
    # --- The practice log ---
    f"{_ITEM}practice/keep/": policy(post={"clinician": 204}, kind="practice"),
    f"{_ENROLLMENT}practice/": policy(MINE, REFUSED),
    f"{_ENROLLMENT}practice/share/": policy(post={"clinician": 302}),
    "practice-logs/<uuid:log_id>/remove/": policy(post={"clinician": 302}),
    "practice-logs/<uuid:log_id>/restore/": policy(post={"clinician": 302}),
    # --- Contracts, cohorts, rosters, people ---
    f"{_ORGANIZATION}engagements/new/": policy(**FORM),
    "engagements/<uuid:engagement_id>/": policy(OK),
    "engagements/<uuid:engagement_id>/edit/": policy(**FORM),
    "engagements/<uuid:engagement_id>/cohorts/new/": policy(**FORM),
    "cohorts/": policy({PRACTICE: 200}),
    _COHORT: policy(OK),
    # the whole report of a cohort
    f"{_COHORT}progress/": policy(OK),
    f"{_COHORT}progress.csv": policy(OK),
    f"{_COHORT}progress.xlsx": policy(OK),
    f"{_COHORT}steps.csv": policy(OK),
    f"api/{_COHORT}progress/": policy(OK),
    f"{_COHORT}edit/": policy(**FORM),
    f"{_COHORT}open/": policy(post=DONE),
    f"{_COHORT}close/": policy(post=DONE),
    f"{_COHORT}staff/": policy(**FORM),
    # --- Programs written in the browser ---
    "programs/": policy({PRACTICE: 200}),
    "programs/new/": policy({PRACTICE: 200}, {PRACTICE: 422}),
    "program-versions/<uuid:version_id>/draft/": policy(post={PRACTICE: 302}),
    _DRAFT: policy({PRACTICE: 200}),
    f"{_DRAFT}arrange/": policy(post={PRACTICE: 302}),
    f"{_DRAFT}part/": policy({PRACTICE: 200}, {PRACTICE: 409}),  # a POST without a revision
    f"{_DRAFT}preview/": policy(post={PRACTICE: 200}),
    f"{_DRAFT}publish/": policy({PRACTICE: 200}, {PRACTICE: 422}),
    f"{_DRAFT}discard/": policy(post={PRACTICE: 302}),
    "programs/upload/": policy({PRACTICE: 200}, {PRACTICE: 422}),
    "program-versions/<uuid:version_id>/download/": policy({PRACTICE: 302}),  # parts are missing
    f"{_DRAFT}map/": policy({}, {}),  # asked without naming a conversation
    f"{_DRAFT}twee/": policy({}),
    # --- end of programs written in the browser ---
    # --- Certificates and badges ---
    "certificates/": policy({SIGNED_IN: 200}),
    f"{_CERTIFICATE}pdf/": policy(MINE),
    f"{_CERTIFICATE}badge/": policy(MINE),
    f"{_CERTIFICATE}revoke/": policy(**FORM),
    "verify/<str:code>/": public(ALL),
    ".well-known/did.json": public(ALL),
    "badges/revoked.jwt": public(ALL),
    "badges/<slug:slug>/<str:version>": public(ALL),
    "settings/badge-keys/": policy({"owner": 200}, {"owner": 302}),
    f"{_ENROLLMENT}credit/": policy(MINE, {"clinician": 302}),
    "credit/identity/": policy({SIGNED_IN: 200}, {SIGNED_IN: 422}),
    "credit/identity/forget/": policy(post={SIGNED_IN: 302}),
    "settings/credit/": policy({"owner": 200}),
    "settings/credit/offers/new/": policy({"owner": 200}, {"owner": 422}),
    _OFFER: policy({"owner": 200}, {"owner": 422}),
    f"{_OFFER}enable/": policy(post={"owner": 302}),
    f"{_OFFER}end/": policy(post={"owner": 302}),
    "settings/credit/rules/": policy({"owner": 200}, {"owner": 422}),
    "settings/credit/claims/<uuid:claim_id>/": policy({"owner": 200}, {"owner": 422}),
    # The owner, and whom the permission of this export was given: nobody here.
    "settings/credit/registry/": policy({"owner": 200}),
    "settings/credit/registry.csv": policy({"owner": 200}),
    "settings/credit/registry.xlsx": policy({"owner": 200}),
    "settings/credit/registry/accepted/": policy(post={"owner": 302}),
    "settings/credit/registry/<uuid:line_id>/": policy(post={"owner": 302}),
    # --- end of certificates and badges ---
    # --- Who needs a word ---
    f"{_COHORT}flags/": policy(OK),
    f"{_COHORT}weeks/": policy(OK),
    f"{_COHORT}note/": policy(DONE, DONE),  # nobody chosen: back to the list
    f"{_ENROLLMENT}flags/": policy(post=DONE),
    # --- end of who needs a word ---
    # --- Dates, editions, groups of a cohort ---
    f"{_COHORT}schedule/": policy(OK),
    f"{_COHORT}schedule/follow/": policy(post=DONE),
    f"{_COHORT}schedule/extend/": policy(**FORM),
    "schedule/<uuid:row_id>/": policy(**FORM),
    "schedule/<uuid:row_id>/rule/": policy(post=DONE),
    f"{_COHORT}closed-days/": policy(**FORM),
    f"{_COHORT}closed-days/weekends/": policy(post=DONE),
    "closed-days/<uuid:blackout_id>/open/": policy(post=DONE),
    f"{_COHORT}version/": policy(OK),
    f"{_COHORT}version/<uuid:version_id>/text/": policy(post=DONE),
    f"{_COHORT}version/<uuid:version_id>/move/": policy(DONE, DONE),  # it is on that one already
    f"{_COHORT}small-groups/": policy(**FORM),
    "small-groups/<uuid:small_group_id>/": policy(**FORM),
    f"{_ENROLLMENT}group/": policy(**FORM),
    f"{_ENROLLMENT}transfer/": policy(**FORM),
    f"{_ENROLLMENT}void/": policy(**FORM),
    # --- end of dates, editions, groups ---
    "cohort-staff/<uuid:staff_id>/end/": policy(post=DONE),
    f"{_COHORT}sessions/": policy(OK),
    f"{_COHORT}sessions/plan/<slug:key>/": policy(**FORM),
    _SLOT: policy(**FORM),
    f"{_SLOT}cancel/": policy(post=DONE),
    f"{_SLOT}attendance/": policy(**FORM),
    f"{_COHORT}roster/": policy(**FORM),
    _ROSTER: policy(DONE),
    f"{_ROSTER}map/": policy(**FORM),
    f"{_ROSTER}check/": policy(OK),
    f"{_ROSTER}commit/": policy(post=DONE),
    f"{_ROSTER}rows.csv": policy(OK),
    f"{_COHORT}people/new/": policy(**FORM),
    _ENROLLMENT: policy(OK),
    f"{_ENROLLMENT}withdraw/": policy(**OLD_FORM),
    f"{_ENROLLMENT}extend/": policy(**FORM),
    # --- Sessions ---
    "book/": policy({PEOPLE: 302, f"{REST} {PRACTICE}": 200}),
    f"{_ENROLLMENT}sessions/book/": policy(MINE, MINE),
    f"{_ENROLLMENT}holds/": policy({"clinician": 302}, {"clinician": 400}),
    f"{_ENROLLMENT}sessions/book-for/": policy(OK, OK),
    "engagements/<uuid:engagement_id>/booking-rules/": policy(OK, DONE),  # all empty: inherited
    "engagements/<uuid:engagement_id>/hours/": policy(**FORM),
    "settings/booking-rules/": policy({"owner": 200}, {"owner": 302}),
    # Without a time to repeat there is nothing to show.
    f"{_ENROLLMENT}sessions/series/": policy(
        {f"clinician {MANAGERS}": 400}, {f"clinician {MANAGERS}": 400}
    ),
    "holds/<uuid:hold_id>/": policy({f"clinician {MANAGERS}": 200}, {f"clinician {MANAGERS}": 200}),
    "holds/<uuid:hold_id>/release/": policy(post={f"clinician {MANAGERS}": 302}),
    "bookings/<uuid:booking_id>/move/": policy(
        {f"clinician {MANAGERS}": 200}, {f"clinician {MANAGERS}": 200}
    ),
    "bookings/<uuid:booking_id>/cancel/": policy(
        {f"clinician {MANAGERS}": 200}, {f"clinician {MANAGERS}": 200}
    ),
    "bookings/<uuid:booking_id>/mark/": policy(post=DONE),
    "bookings/<uuid:booking_id>/answer/": policy(post=DONE),
    "bookings/<uuid:booking_id>/settle/": policy(post=NOBODY),  # nothing is disputed here
    "sessions/told-differently/": policy({"owner": 200}),
    "sessions/<uuid:session_id>/outcome/": policy(post={"clinician": 302}),
    "sessions/agreed-times/": policy({PRACTICE: 200}),
    "sessions/<uuid:session_id>/agreed-time/": policy(post=DONE),
    f"{_ENROLLMENT}sessions/ask/": policy(MINE, {"clinician": 400}),
    "time-requests/": policy({PRACTICE: 200}),
    "time-requests/<uuid:request_id>/close/": policy(post={f"clinician {MANAGERS}": 302}),
    "feeds/<str:token>.ics": public({EVERYBODY: 404}),
    "account/notifications/": policy({SIGNED_IN: 200}, {SIGNED_IN: 422}),
    "account/phone/": policy(post={SIGNED_IN: 422}),
    "account/phone/verify/": policy(post={SIGNED_IN: 422}),
    "account/phone/forget/": policy(post={SIGNED_IN: 302}),
    "engagements/<uuid:engagement_id>/reminders/": policy(OK, DONE),
    "settings/reminders/": policy({"owner": 200}, {"owner": 302}),
    "account/rota/": policy({SIGNED_IN: 200}, {SIGNED_IN: 422}),
    "availability/calendars/": policy({PRACTICE: 200}, {PRACTICE: 422}),
    "calendars/<uuid:source_id>/read/": policy(post={"clinician": 302}),
    "calendars/<uuid:source_id>/strict/": policy(post={"clinician": 302}),
    "calendars/<uuid:source_id>/delete/": policy(post={"clinician": 302}),
    "account/calendar/": policy({SIGNED_IN: 200}, {SIGNED_IN: 302}),
    "account/calendar/make/": policy(post={SIGNED_IN: 200}),
    "account/calendar/end/": policy(post={SIGNED_IN: 302}),
    "groups/<uuid:group_id>/": policy({"clinician peer": 200}, {"clinician peer": 200}),
    "groups/<uuid:group_id>/edit/": policy(**FORM),
    "groups/<uuid:group_id>/cancel/": policy(post=DONE),
    "groups/<uuid:group_id>/attendance/": policy(**FORM),
    f"{_COHORT}groups/": policy(OK),
    f"{_COHORT}groups/plan/": policy(**FORM),
    f"{_ENROLLMENT}coach/": policy(MINE, MINE),
    f"{_ENROLLMENT}coach/another/": policy(post={"clinician": 302}),
    f"{_ENROLLMENT}coach/assign/": policy(post=DONE),
    f"{_COHORT}matching/": policy(OK),
    f"{_COHORT}matching/<uuid:user_id>/share/": policy(post=DONE),
    f"{_COHORT}conflicts/": policy(post=DONE),
    f"{_COHORT}conflicts/<uuid:conflict_id>/end/": policy(post=DONE),
    "coach-profile/": policy({PRACTICE: 200}, {PRACTICE: 200}),
    "sessions/<uuid:session_id>/hand-over/": policy(**FORM),
    "offers/<str:offer_token>/": public(ALL, ALL),
    "b/<str:token>/": public(ALL),
    "b/move/<str:move_token>/": public(ALL, {EVERYBODY: 400}),
    "b/cancel/<str:cancel_token>/": public(ALL, {EVERYBODY: 400}),
    "calendar/": policy({PRACTICE: 200}),
    "sessions/": policy({PRACTICE: 200}),
    "sessions/<uuid:session_id>/": policy({"clinician": 200, MANAGERS: 302}),
    "sessions/<uuid:session_id>/invite.ics": policy(MINE),
    "sessions/<uuid:session_id>/workspace/": policy(OK),
    "availability/": policy({PRACTICE: 200}, {PRACTICE: 400}),
    "availability/exceptions/": policy({PRACTICE: 200}, {PRACTICE: 400}),
    "availability/exceptions/<uuid:override_id>/delete/": policy(post={"consultant": 302}),
    "availability/leave/": policy({PRACTICE: 200}, {PRACTICE: 400}),
    "availability/leave/<uuid:leave_id>/": policy({"consultant": 200}),
    "availability/leave/<uuid:leave_id>/delete/": policy(post={"consultant": 302}),
    "availability/leave/<uuid:leave_id>/keep/<uuid:session_id>/": policy(post={"consultant": 302}),
    "availability/travel/": policy({PRACTICE: 200}, {PRACTICE: 400}),
    "availability/travel/<uuid:travel_id>/delete/": policy(post={"consultant": 302}),
    "availability/holidays/": policy({PRACTICE: 200}, {PRACTICE: 302}),
    "availability/holidays/<uuid:proposal_id>/answer/": policy(post={"consultant": 302}),
    "availability/undo/": policy(post=NOBODY),  # nothing was removed
    "session-types/": policy({PRACTICE: 200}),
    "session-types/new/": policy({PRACTICE: 200}, {PRACTICE: 422}),
    _SESSION_TYPE: policy({PRACTICE: 200}, {PRACTICE: 422}),
    f"{_SESSION_TYPE}archive/": policy(post={PRACTICE: 302}),
    f"{_SESSION_TYPE}restore/": policy(post={PRACTICE: 302}),
    # --- Mail: the demo mailbox exists on this machine only, and only without a mail server ---
    "mail/": public(ALL),
    "mail/read/<slug:name>/": public({EVERYBODY: 404}),
    "mail/read/<slug:name>/<int:number>/": public({EVERYBODY: 404}),
    "mail/stop/<slug:topic>/<str:stop_token>/": public(ALL, ALL),
    "mail/sent/": policy({PRACTICE: 200}),
    "mail/sent/retry/": policy(post=NOBODY),
    "mail/sent/done/": policy(post=NOBODY),
    "mail/sent/pause/": policy(post={"owner": 302}),
    "mail/sent/resume/": policy(post={"owner": 302}),
    # --- Django admin: superusers ---
    "admin/": policy({"superuser": 200}, {"superuser": 200}),
    "admin/login/": public(
        {"anonymous deactivated superuser": 302}, {"anonymous deactivated": 302, "superuser": 200}
    ),
    "admin/logout/": policy(None, {"superuser": 302}),
    "admin/password_change/": policy({"superuser": 200}, {"superuser": 200}),
    "admin/password_change/done/": policy({"superuser": 200}),
    "admin/autocomplete/": policy({"superuser": 403}),
    "admin/jsi18n/": policy({"superuser": 200}),
    "admin/r/<path:content_type_id>/<path:object_id>/": policy(NOBODY, NOBODY),
    "admin/account/emailaddress/": policy({"superuser": 200}, {"superuser": 200}),
    "admin/account/emailaddress/add/": policy({"superuser": 200}, {"superuser": 200}),
    "admin/account/emailaddress/<path:object_id>/history/": policy({"superuser": 302}),
    "admin/account/emailaddress/<path:object_id>/delete/": policy({"superuser": 302}),
    "admin/account/emailaddress/<path:object_id>/change/": policy({"superuser": 302}),
    "admin/account/emailaddress/<path:object_id>/": policy({"superuser": 302}),
    "admin/auth/group/": policy({"superuser": 200}, {"superuser": 200}),
    "admin/auth/group/add/": policy({"superuser": 200}, {"superuser": 200}),
    "admin/auth/group/<path:object_id>/history/": policy({"superuser": 302}),
    "admin/auth/group/<path:object_id>/delete/": policy({"superuser": 302}),
    "admin/auth/group/<path:object_id>/change/": policy({"superuser": 302}),
    "admin/auth/group/<path:object_id>/": policy({"superuser": 302}),
    "admin/^(?P<app_label>account|auth)/$": policy({"superuser": 200}, {"superuser": 200}),
    "admin/(?P<url>.*)$": policy(NOBODY, NOBODY),
}
