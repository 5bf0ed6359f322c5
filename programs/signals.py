"""What programs tells the apps above it, inside the transaction that causes it."""

from django.dispatch import Signal

engagement_saved = Signal()  # engagement, by, now
enrollment_withdrawn = Signal()  # enrollment, by, now
program_completed = Signal()  # enrollment, now; for this app too: its certificate
cohort_closed = Signal()  # cohort, by, now
