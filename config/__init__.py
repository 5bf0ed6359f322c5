# Celery must be loaded with Django, so that shared_task finds its app.
from config.celery import app as celery_app

__all__ = ["celery_app"]
