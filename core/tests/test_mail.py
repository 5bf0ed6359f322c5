from __future__ import annotations

from email import message_from_bytes, policy

import pytest

from core.mail import build_mail

CALENDAR = b"BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nSUMMARY:Termin f\xc3\xbcr Ada\r\nEND:VCALENDAR\r\n"
HTML = (
    "<html><head><style>.a { color: #0E5A4F }</style></head><body><p class='a'>Hi</p></body></html>"
)


def build(**fields):
    arguments = {
        "subject": "Confirmed: Thu 26 Nov, 07:00",
        "text": "Hello",
        "sender": "Northlight <hello@northlight.example>",
        "to": [("Ada King", "ada@ward.example")],
        "message_id": "<1@northlight.example>",
    } | fields
    return message_from_bytes(build_mail(**arguments).as_bytes(), policy=policy.default)


def shape(part):
    kind = part.get_content_type()
    if not part.is_multipart():
        return kind
    return (kind, [shape(child) for child in part.iter_parts()])


def test_the_parts_stand_as_calendar_programs_want_them():
    mail = build(html=HTML, calendar=CALENDAR, calendar_method="CANCEL")

    assert shape(mail) == (
        "multipart/mixed",
        [
            ("multipart/alternative", ["text/plain", "text/html", "text/calendar"]),
            "application/ics",
        ],
    )
    entry = mail.get_body(("related",)) or next(
        part for part in mail.walk() if part.get_content_type() == "text/calendar"
    )
    assert entry["Content-Type"].params["method"] == "CANCEL"
    assert entry.get_content().encode() == CALENDAR
    (attached,) = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("invite.ics", CALENDAR)


def test_a_mail_without_calendar_or_html_is_plain_text():
    assert shape(build()) == "text/plain"
    assert shape(build(html=HTML)) == ("multipart/alternative", ["text/plain", "text/html"])


def test_styles_are_written_into_the_elements():
    html = build(html=HTML).get_body(("html",)).get_content()

    assert "<style" not in html
    assert "color: #0E5A4F" in html


def test_the_headers_are_those_of_an_automatic_mail_with_a_fixed_id():
    mail = build(reply_to="care@northlight.example", sender_name="Maya Lind · Northlight")

    assert mail["Message-ID"] == "<1@northlight.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Reply-To"] == "care@northlight.example"
    assert mail["From"].addresses[0].display_name == "Maya Lind · Northlight"
    assert mail["From"].addresses[0].addr_spec == "hello@northlight.example"
    assert mail["Date"].datetime is not None


@pytest.mark.parametrize(
    "fields",
    [
        {"subject": "Hi\r\nBcc: spy@example.org"},
        {"sender_name": "Maya\r\nBcc: spy@example.org"},
        {"to": [("Ada\nBcc: spy@example.org", "ada@ward.example")]},
        {"headers": {"List-Unsubscribe": "<https://x.example>\r\nBcc: spy@example.org"}},
    ],
    ids=["subject", "from", "to", "header"],
)
def test_a_line_break_smuggles_no_header_in(fields):
    mail = build(**fields)

    assert mail["Bcc"] is None
    assert [address.addr_spec for address in mail["To"].addresses] == ["ada@ward.example"]


@pytest.mark.parametrize(
    "address", ["", "ada", "@ward.example", "ada@", "ada@ward.example\r\nBcc: x@y.z", "a@..b"]
)
def test_what_is_no_address_is_refused(address):
    with pytest.raises(ValueError, match="address"):
        build(to=[("", address)])
