from django.urls import path

from coaching.views import (
    availability,
    booking_links,
    bookings,
    feeds,
    group_places,
    holds,
    notification_settings,
    on_behalf,
    series,
    session_types,
    sessions,
    time_requests,
    week_calendars,
)

app_name = "coaching"
urlpatterns = [
    path("book/", bookings.booking_start, name="booking_start"),
    path(
        "enrollments/<uuid:enrollment_id>/sessions/book/",
        bookings.session_book,
        name="session_book",
    ),
    path("enrollments/<uuid:enrollment_id>/holds/", holds.hold_create, name="hold_create"),
    path("holds/<uuid:hold_id>/", holds.hold_detail, name="hold_detail"),
    path("holds/<uuid:hold_id>/release/", holds.hold_release, name="hold_release"),
    path(
        "enrollments/<uuid:enrollment_id>/sessions/book-for/",
        on_behalf.booking_for,
        name="booking_for",
    ),
    path(
        "enrollments/<uuid:enrollment_id>/sessions/series/",
        series.series_book,
        name="series_book",
    ),
    path("bookings/<uuid:booking_id>/move/", bookings.booking_move, name="booking_move"),
    path("bookings/<uuid:booking_id>/cancel/", bookings.booking_cancel, name="booking_cancel"),
    path("bookings/<uuid:booking_id>/mark/", sessions.booking_mark, name="booking_mark"),
    path("feeds/<str:token>.ics", feeds.feed, name="feed"),
    path(
        "account/notifications/",
        notification_settings.notification_settings,
        name="notification_settings",
    ),
    path("account/phone/", notification_settings.phone_send, name="phone_send"),
    path("account/phone/verify/", notification_settings.phone_verify, name="phone_verify"),
    path("account/phone/forget/", notification_settings.phone_forget, name="phone_forget"),
    path(
        "engagements/<uuid:engagement_id>/reminders/",
        notification_settings.engagement_reminders,
        name="engagement_reminders",
    ),
    path(
        "settings/reminders/", notification_settings.practice_reminders, name="practice_reminders"
    ),
    path("account/calendar/", feeds.calendar, name="calendar"),
    path("account/calendar/make/", feeds.calendar_make, name="calendar_make"),
    path("account/calendar/end/", feeds.calendar_end, name="calendar_end"),
    path("groups/<uuid:group_id>/", group_places.group_session, name="group_session"),
    path("offers/<str:offer_token>/", group_places.place_offer, name="place_offer"),
    path("b/<str:token>/", booking_links.booking_link, name="booking_link"),
    path("b/<str:token>/cancel/", booking_links.booking_link_cancel, name="booking_link_cancel"),
    path(
        "enrollments/<uuid:enrollment_id>/sessions/ask/",
        time_requests.time_request_create,
        name="time_request_create",
    ),
    path("time-requests/", time_requests.time_request_list, name="time_request_list"),
    path(
        "time-requests/<uuid:request_id>/close/",
        time_requests.time_request_close,
        name="time_request_close",
    ),
    path("calendar/", week_calendars.week_calendar, name="week_calendar"),
    path("sessions/", sessions.session_list, name="session_list"),
    path("sessions/<uuid:session_id>/", sessions.session_detail, name="session_detail"),
    path("sessions/<uuid:session_id>/invite.ics", sessions.session_invite, name="session_invite"),
    path(
        "sessions/<uuid:session_id>/workspace/",
        sessions.session_workspace,
        name="session_workspace",
    ),
    path("availability/", availability.availability, name="availability"),
    path(
        "availability/exceptions/",
        availability.availability_override_create,
        name="availability_override_create",
    ),
    path(
        "availability/exceptions/<uuid:override_id>/delete/",
        availability.availability_override_delete,
        name="availability_override_delete",
    ),
    path("session-types/", session_types.session_type_list, name="session_type_list"),
    path("session-types/new/", session_types.session_type_create, name="session_type_create"),
    path(
        "session-types/<uuid:session_type_id>/",
        session_types.session_type_edit,
        name="session_type_edit",
    ),
    path(
        "session-types/<uuid:session_type_id>/archive/",
        session_types.session_type_archive,
        name="session_type_archive",
    ),
    path(
        "session-types/<uuid:session_type_id>/restore/",
        session_types.session_type_restore,
        name="session_type_restore",
    ),
]
