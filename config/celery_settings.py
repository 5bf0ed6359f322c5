"""Celery under its own names: early acknowledgement, nothing kept, one tick at a time.

The schedule holds intervals only: never a crontab in some zone, never a task far ahead. What is owed
lives in PostgreSQL; a beat that comes twice does no harm.
"""

from config.settings import env  # which has read .env by then

broker_url = env("REDIS_URL", default="redis://localhost:6379/0").replace(
    "unix://", "redis+socket://"
)
task_ignore_result = True
task_serializer = "json"
accept_content = ["json"]
task_acks_late = False
task_time_limit = 55
task_soft_time_limit = 45
worker_prefetch_multiplier = 1
worker_max_tasks_per_child = 500
worker_hijack_root_logger = False
broker_connection_retry_on_startup = True
broker_connection_max_retries = None
visibility_timeout = 300
broker_transport_options = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_keepalive": True,
    "socket_timeout": 15,
    "health_check_interval": 25,
}
task_publish_retry_policy = {"max_retries": 2, "interval_max": 0.5}
task_default_queue = "tick"
task_routes = {
    "programs.*": {"queue": "jobs"},
    "outcomes.*": {"queue": "jobs"},
    "coaching.read_calendar": {"queue": "jobs"},
}


def _every(seconds: float, task: str, queue: str = "tick") -> dict[str, object]:
    """An interval, never a crontab in some zone; `expires` keeps an outage from piling up ticks."""
    options = {"queue": queue, "expires": seconds * 0.9}
    return {"task": task, "schedule": float(seconds), "options": options}


beat_schedule = {
    "every-10-s-dispatch-due-messages": _every(10, "notifications.dispatch_due_messages"),
    "every-10-s-end-what-is-due": _every(10, "coaching.due"),
    "every-minute-read-due-calendars": _every(60, "coaching.read_due_calendars"),
    "every-hour-reconcile-messages": _every(3600, "notifications.reconcile_messages"),
    "every-hour-purge-messages": _every(3600, "notifications.purge_messages"),
    "every-day-propose-holidays": _every(86_400, "coaching.propose_holidays", "jobs"),
    "every-hour-purge-idempotency-keys": _every(3600, "coaching.purge_idempotency_keys"),
    "every-hour-match-coaches": _every(3600, "coaching.match_waiting"),
    "every-hour-owe-digests": _every(3600, "programs.owe_due_digests", "jobs"),
    "every-hour-take-snapshots": _every(3600, "programs.take_due_snapshots", "jobs"),
    "every-hour-refresh-flags": _every(3600, "programs.refresh_due_flags", "jobs"),
    "every-hour-issue-certificates": _every(3600, "programs.issue_due_certificates", "jobs"),
    "every-hour-tend-buddies": _every(3600, "programs.tend_buddies", "jobs"),
    "every-5-minutes-tend-waves": _every(300, "outcomes.tend_waves", "jobs"),
    "every-hour-owe-looks": _every(3600, "outcomes.owe_looks", "jobs"),
    "every-hour-empty-old-rosters": _every(3600, "programs.empty_old_rosters", "jobs"),
}
