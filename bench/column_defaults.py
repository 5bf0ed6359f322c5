"""Give every column the default its model has, so that the world names only what it fills."""

from __future__ import annotations

import json
from datetime import datetime

from django.apps import apps
from django.db import connection
from psycopg import sql

APPS = ("accounts", "programs", "coaching", "outcomes", "notifications")


def set_column_defaults() -> None:
    """In the database of a benchmark only: the site's own rows all come from Django."""
    with connection.cursor() as cursor:
        for app in APPS:
            for model in apps.get_app_config(app).get_models():
                for field in model._meta.concrete_fields:
                    if field.primary_key or field.is_relation or field.null:
                        continue
                    value = field.get_default()
                    if value == [] and field.get_internal_type() == "ArrayField":
                        value = "{}"
                    if isinstance(value, dict | list):
                        value = json.dumps(value)
                    if isinstance(value, str | int | float | bool):
                        default: sql.Composable = sql.Literal(value)
                    elif isinstance(value, datetime):
                        default = sql.SQL("now()")
                    else:
                        continue
                    statement = sql.SQL("ALTER TABLE {} ALTER COLUMN {} SET DEFAULT {}").format(
                        sql.Identifier(model._meta.db_table), sql.Identifier(field.column), default
                    )
                    cursor.execute(statement)
