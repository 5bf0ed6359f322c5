import pytest

from programs.engine.roster_columns import guess_columns, plain


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["Work Email", "Employee Name", "Dept."], {"email": 0, "name": 1, "unit": 2}),
        (["WorkEmail", "FirstName", "Surname"], {"email": 0, "first_name": 1, "last_name": 2}),
        (["E-Mail:", "Vorname", "Nachname"], {"email": 0, "first_name": 1, "last_name": 2}),
        (["Mailadresse (dienstlich)", "Name", "Station"], {"email": 0, "name": 1, "unit": 2}),
        (["Nom", "Prénom", "Courriel"], {"last_name": 0, "first_name": 1, "email": 2}),
        (["Nombre", "Apellidos", "Correo electrónico", "Unidad"],
         {"first_name": 0, "last_name": 1, "email": 2, "unit": 3}),
        (["Nombre", "Correo"], {"name": 0, "email": 1}),
        (["ID", "Mail address", "Full name", "Job title"],
         {"email": 1, "name": 2, "profession": 3}),
        (["Berufsgruppe", "E-Mail-Adresse"], {"profession": 0, "email": 1}),
        (["one", "two"], {}),
    ],
)  # fmt: skip
def test_headings_are_recognized(header, expected):
    assert guess_columns(header, []) == expected


def test_a_column_of_addresses_is_the_email_whatever_its_heading():
    rows = [("1", "a@x.org", "Asha"), ("2", "b@x.org", "Tom")]

    assert guess_columns(["Nr", "Login", "Name"], rows) == {"email": 1, "name": 2}


def test_addresses_beat_a_heading_over_none():
    rows = [("yes", "a@x.org"), ("no", "b@x.org")]

    assert guess_columns(["Email", "Contact"], rows) == {"email": 1}


def test_headings_are_compared_without_case_accents_and_signs():
    assert plain("  E-Mail_Adresse (é) ") == "e mail adresse e"
