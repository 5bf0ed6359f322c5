"""Mails of this app: an invitation into an organization, a place in the practice's staff.

A row names an invitation or a person; the text is made when it is sent. The subject names no
organization and no program: others may see it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Invitation, Membership, Practice, User
from notifications.kinds import Kind, Rendered, register
from notifications.models.messages import RECIPIENT_SCOPES

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from notifications.models import Message

INVITATION = "accounts.invitation"
STAFF_INVITATION = "accounts.staff_invitation"

_MAX_SUBJECT = 60


def _one_line(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _MAX_SUBJECT else flat[: _MAX_SUBJECT - 1].rstrip() + "…"


def _find_invitation(message: Message) -> Invitation | None:
    return (
        Invitation.objects.select_related("user", "organization", "invited_by")
        .filter(pk=message.subject_id)
        .first()
    )


def _invitation_is_current(message: Message) -> bool:
    invitation = _find_invitation(message)
    return (
        invitation is not None
        and invitation.rev == message.subject_rev
        and invitation.user.is_active
        and invitation.is_open_at(timezone.now())
    )


def _render_invitation(message: Message) -> Rendered:
    invitation = _find_invitation(message)
    if invitation is None:
        raise LookupError(message.subject_id)
    practice = Practice.current()
    inviter = invitation.invited_by.name if invitation.invited_by else ""
    path = reverse("accounts:invitation_accept", args=[invitation.token()])
    context = {
        "recipient": invitation.user,
        "inviter": inviter or practice.sender_name,
        "is_admin": invitation.role == "admin",
        "organization": invitation.organization,
        "expires_at": invitation.expires_at.astimezone(invitation.user.zone),
        "url": f"{settings.SITE_URL}{path}",
    }
    sender = f"{inviter} · {practice.sender_name}" if inviter else practice.sender_name
    return _rendered("invitation", invitation.user, practice, sender, context)


def _staff_invitation_is_current(message: Message) -> bool:
    return User.objects.practice_staff().filter(pk=message.subject_id).exists()


def _render_staff_invitation(message: Message) -> Rendered:
    user = User.objects.filter(pk=message.subject_id).first()
    if user is None:
        raise LookupError(message.subject_id)
    practice = Practice.current()
    url = f"{settings.SITE_URL}{reverse('account_request_login_code')}"
    context = {"recipient": user, "url": url}
    return _rendered("staff_invitation", user, practice, practice.sender_name, context)


def _rendered(
    name: str, recipient: User, practice: Practice, sender: str, context: dict[str, Any]
) -> Rendered:
    with translation.override(recipient.locale):
        context |= {"practice": practice, "site_url": settings.SITE_URL}
        parts = {
            part: render_to_string(f"accounts/email/{name}_{part}", context)
            for part in ("subject.txt", "body.txt", "body.html")
        }
    return Rendered(
        subject=_one_line(parts["subject.txt"]),
        text=parts["body.txt"],
        html=parts["body.html"],
        sender_name=sender,
        reply_to=practice.reply_to,
    )


def people_looked_after(user: User) -> QuerySet[User]:
    """Whose mail `user` may know of, though not read: of the organizations they manage, and their own."""
    if user.is_owner:
        return User.objects.all()
    if not user.is_consultant:
        return User.objects.none()
    members = Membership.objects.managed_by(user).values("user")
    return User.objects.filter(Q(pk=user.pk) | Q(pk__in=members))


def register_kinds() -> None:
    """Called once, when the app is ready."""
    RECIPIENT_SCOPES.add("accounts.people_looked_after", people_looked_after)
    register(Kind(name=INVITATION, current=_invitation_is_current, render=_render_invitation))
    register(
        Kind(
            name=STAFF_INVITATION,
            current=_staff_invitation_is_current,
            render=_render_staff_invitation,
        )
    )
