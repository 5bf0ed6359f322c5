"""What accounts tells higher apps. Sent inside the transaction: a failing receiver rolls it back."""

from django.dispatch import Signal

# Arguments: invitation, consent (None for an organization admin), now. Programs activates the
# person's enrollments in the organization.
invitation_accepted = Signal()

# Arguments: invitation, now. Programs voids enrollments that nobody accepted.
invitation_revoked = Signal()

# Arguments: user, now. Their zone is another one: reminders by their wall clock are due anew.
zone_changed = Signal()

# Arguments: consent (the new row, action "withdrawn"), now. Programs ends the enrollments.
consent_withdrawn = Signal()
