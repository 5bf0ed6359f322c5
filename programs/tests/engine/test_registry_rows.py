"""What a registry would refuse is found before a line leaves; a good line has no fault."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from programs.engine.registry_rows import (
    HEADER,
    Identity,
    RegistryRow,
    faults_of,
    is_birthday,
    is_npi,
)

TODAY = date(2026, 11, 20)
ANA = Identity("Ana", "Silva", 2, 29, "IL", "036-1", "", "B-7")
ROW = RegistryRow(
    "add", "1234567", "123456789", "AMA", Decimal("1.25"), date(2026, 11, 19), None, "r-1", ANA
)


def test_a_golden_row():
    assert faults_of(ROW, today=TODAY) == []
    assert dict(zip(HEADER, ROW.cells(), strict=True)) == {
        "Action": "add",
        "Provider ID": "1234567",
        "Activity ID": "123456789",
        "First name": "Ana",
        "Last name": "Silva",
        "Birth month": 2,
        "Birth day": 29,
        "License state": "IL",
        "License ID": "036-1",
        "NPI": "",
        "Credit type": "AMA",
        "Credits": 1.25,
        "Completion date": "2026-11-19",
        "MOC board ID": "",
        "MOC points": None,
        "Record": "r-1",
    }


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"provider_id": "123456"}, "provider_id"),
        ({"provider_id": "١٢٣٤٥٦٧"}, "provider_id"),
        ({"activity_id": ""}, "activity_id"),
        ({"credits": Decimal("1.1")}, "credits"),
        ({"credits": Decimal(0)}, "credits"),
        ({"completed_on": date(2026, 11, 21)}, "completed_on"),
        ({"identity": None}, "permission"),
        ({"identity": replace(ANA, family_name=" ")}, "name"),
        ({"identity": replace(ANA, birth_month=4, birth_day=31)}, "birthday"),
        ({"identity": replace(ANA, license_id="")}, "license"),
        ({"identity": replace(ANA, license_state="XX")}, "license_state"),
        ({"identity": replace(ANA, npi="1234567890")}, "npi"),
        ({"identity": replace(ANA, board_id=""), "moc_points": Decimal(1)}, "board_id"),
    ],
)
def test_each_fault_is_named(change, fault):
    assert faults_of(replace(ROW, **change), today=TODAY) == [fault]


def test_an_npi_stands_for_a_license():
    identity = replace(ANA, license_id="", license_state="", npi="1234567893")
    assert faults_of(replace(ROW, identity=identity), today=TODAY) == []


def test_points_of_a_board_bring_its_number():
    cells = dict(zip(HEADER, replace(ROW, moc_points=Decimal("1.5")).cells(), strict=True))
    assert (cells["MOC board ID"], cells["MOC points"]) == ("B-7", 1.5)


# 1234567893 is the example of the Centers for Medicare & Medicaid Services.
@pytest.mark.parametrize(
    ("number", "holds"),
    [("1234567893", True), ("1234567890", False), ("123456789", False), ("12345678x3", False)],
)
def test_the_last_digit_of_an_npi_checks_the_others(number, holds):
    assert is_npi(number) is holds


@pytest.mark.parametrize(
    ("month", "day", "exists"), [(2, 29, True), (2, 30, False), (13, 1, False), (1, 0, False)]
)
def test_a_birthday_has_no_year(month, day, exists):
    assert is_birthday(month, day) is exists
