"""PostgreSQL functions that Django does not name."""

from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField
from django.db.models import Func


class Int8Range(Func):
    """`int8range(lower, upper, bounds)`."""

    function = "int8range"
    output_field = BigIntegerRangeField()


class TsTzRange(Func):
    """`tstzrange(lower, upper, bounds)`."""

    function = "tstzrange"
    output_field = DateTimeRangeField()
