"""The Celery app. Celery is the clock and the courier; what is owed lives in PostgreSQL."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("rapport")
app.config_from_object("config.celery_settings")
app.autodiscover_tasks()
