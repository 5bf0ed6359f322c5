from django.urls import path

from accounts.views import demo, invitations, organizations, practice, units, users

app_name = "accounts"
urlpatterns = [
    path("account/", users.account, name="account"),
    path("account/theme/<slug:theme>/", users.theme_set, name="theme_set"),
    path("act-as/<slug:role>/", users.act_as, name="act_as"),
    path("invitations/<str:token>/", invitations.invitation_accept, name="invitation_accept"),
    path(
        "invitations/<uuid:invitation_id>/resend/",
        invitations.invitation_resend,
        name="invitation_resend",
    ),
    path(
        "invitations/<uuid:invitation_id>/revoke/",
        invitations.invitation_revoke,
        name="invitation_revoke",
    ),
    path("organizations/", organizations.organization_list, name="organization_list"),
    path("organizations/new/", organizations.organization_create, name="organization_create"),
    path(
        "organizations/<uuid:organization_id>/",
        organizations.organization_detail,
        name="organization_detail",
    ),
    path(
        "organizations/<uuid:organization_id>/edit/",
        organizations.organization_edit,
        name="organization_edit",
    ),
    path(
        "organizations/<uuid:organization_id>/admins/invite/",
        organizations.admin_invite,
        name="admin_invite",
    ),
    path("admins/<uuid:membership_id>/remove/", organizations.admin_remove, name="admin_remove"),
    path("organizations/<uuid:organization_id>/units/", units.unit_create, name="unit_create"),
    path("units/<uuid:unit_id>/", units.unit_edit, name="unit_edit"),
    path("units/<uuid:unit_id>/delete/", units.unit_delete, name="unit_delete"),
    path("settings/practice/", practice.practice_edit, name="practice_edit"),
    path("settings/staff/", practice.staff_list, name="staff_list"),
    path("settings/staff/<uuid:user_id>/remove/", practice.staff_remove, name="staff_remove"),
    path("settings/staff/<uuid:user_id>/answers/", practice.staff_export, name="staff_export"),
    path("demo/", demo.demo, name="demo"),
    path("demo/sign-in/<slug:persona>/", demo.demo_sign_in, name="demo_sign_in"),
]
