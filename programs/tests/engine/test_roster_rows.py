import pytest

from programs.engine.roster_files import RosterRow
from programs.engine.roster_rows import Finding, Person, read_people

COLUMNS = {"email": 0, "name": 1, "unit": 2, "profession": 3}


def row(number=2, email="a@x.org", name="Asha Nair", unit="ICU", profession="nurse"):
    return RosterRow(number, (email, name, unit, profession))


def finding_of(**cells):
    people, findings = read_people([row(**cells)], COLUMNS)
    assert people == []
    (found,) = findings
    return found.field, found.code


def test_a_person_is_read():
    people, findings = read_people([row(email=" A.B@X.org ".strip())], COLUMNS)

    assert people == [Person(2, "a.b@x.org", "Asha Nair", "ICU", "nurse")]
    assert findings == []


@pytest.mark.parametrize(
    ("cell", "email"),
    [
        ("Asha Nair <Asha@X.org>", "asha@x.org"),
        ("mailto:asha@x.org", "asha@x.org"),
        ("o'neil+work@mail.x-y.org", "o'neil+work@mail.x-y.org"),
    ],
)
def test_usual_ways_to_write_an_address_are_understood(cell, email):
    assert read_people([row(email=cell)], COLUMNS)[0][0].email == email


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "missing_email"),
        ("asha", "malformed_email"),
        ("a@b", "malformed_email"),
        ("a@b..org", "malformed_email"),
        ("a..b@x.org", "malformed_email"),
        ("a.@x.org", "malformed_email"),
        ("a b@x.org", "malformed_email"),
        ("a@x.org; b@x.org", "malformed_email"),
        ("=a@x.org", "malformed_email"),
        ("a@x.org Bcc: b@x.org", "malformed_email"),
        ("a" * 250 + "@x.org", "malformed_email"),
        ("аsha@x.org", "foreign_letters"),  # the first letter is Cyrillic
    ],
)
def test_bad_addresses_are_found(cell, code):
    assert finding_of(email=cell) == ("email", code)


@pytest.mark.parametrize("start", "=+-@")
@pytest.mark.parametrize("field", ["name", "unit", "profession"])
def test_a_cell_like_a_formula_is_found(start, field):
    assert finding_of(**{field: f"{start}HYPERLINK(1)"}) == (field, "formula")


@pytest.mark.parametrize(("field", "longest"), [("name", 150), ("unit", 120), ("profession", 80)])
def test_a_cell_too_long_for_its_field_is_found(field, longest):
    assert finding_of(**{field: "x" * (longest + 1)}) == (field, "too_long")
    assert read_people([row(**{field: "x" * longest})], COLUMNS)[1] == []


def test_the_first_of_two_equal_addresses_is_used():
    people, findings = read_people([row(2), row(3, "A@X.ORG"), row(4, "b@x.org")], COLUMNS)

    assert [person.number for person in people] == [2, 4]
    assert findings == [Finding(3, "email", "a@x.org", "duplicate_in_file", 2)]


@pytest.mark.parametrize(
    ("cell", "name"),
    [("Lind, Maya", "Maya Lind"), ("Maya Lind, RN", "Maya Lind, RN"), ("Maya Lind", "Maya Lind"),
     ("Okonkwo-Smith, Ada Jane", "Ada Jane Okonkwo-Smith"), ("A, B, C", "A, B, C")],
)  # fmt: skip
def test_a_name_written_backwards_is_turned(cell, name):
    assert read_people([row(name=cell)], COLUMNS)[0][0].name == name


def test_two_columns_make_one_name():
    rows = [RosterRow(2, ("a@x.org", "Asha", "Nair")), RosterRow(3, ("b@x.org", "", "Reyes"))]
    people, _findings = read_people(rows, {"email": 0, "first_name": 1, "last_name": 2})

    assert [person.name for person in people] == ["Asha Nair", "Reyes"]


def test_a_formula_is_named_by_its_own_column():
    rows = [RosterRow(2, ("a@x.org", "Asha", "=Nair"))]
    _people, findings = read_people(rows, {"email": 0, "first_name": 1, "last_name": 2})

    assert findings == [Finding(2, "last_name", "=Nair", "formula")]
