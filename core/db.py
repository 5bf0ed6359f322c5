"""PostgreSQL functions that Django does not name."""

from django.contrib.postgres.fields import (
    BigIntegerRangeField,
    DateRangeField,
    DateTimeRangeField,
)
from django.db.models import Func


class Int8Range(Func):
    """`int8range(lower, upper, bounds)`."""

    function = "int8range"
    output_field = BigIntegerRangeField()


class TsTzRange(Func):
    """`tstzrange(lower, upper, bounds)`."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class DateRange(Func):
    """`daterange(lower, upper, bounds)`."""

    function = "daterange"
    output_field = DateRangeField()
