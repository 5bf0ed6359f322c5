"""The demo mailbox: real files, real pages, and nothing of it where mail really leaves."""

from __future__ import annotations

import re
import stat

import pytest
from django.core.mail import EmailMessage as DjangoMail
from django.core.mail import get_connection
from django.urls import reverse

from core.mail import build_mail
from notifications.backends.mailbox import list_mails, read_mail, store

pytestmark = pytest.mark.django_db
CALENDAR = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


@pytest.fixture(autouse=True)
def mailbox(settings, tmp_path):
    settings.LOCAL_MODE, settings.EMAIL_URL = True, ""
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    return settings.MAILBOX_DIR


def put(**fields) -> str:
    arguments = {
        "subject": "Confirmed: Thu 26 Nov, 07:00",
        "text": "View it: http://testserver/b/abc",
        "html": '<style>p{color:red}</style><p onclick="x()">Hello <script>x()</script></p>'
        '<p><a href="http://testserver/b/abc">View</a><img src="http://t.example/p.gif"></p>',
        "sender": "Northlight <hello@northlight.example>",
        "to": [("Ada King", "ada@ward.example")],
        "message_id": "<1@northlight.example>",
        "calendar": CALENDAR,
        "calendar_method": "REQUEST",
    } | fields
    return store(build_mail(**arguments).as_bytes())


def page(client, view, *args) -> str:
    answer = client.get(reverse(f"notifications:{view}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_is_empty_before_any_mail(client):
    assert "No mail yet" in page(client, "mailbox_list")


def test_anyone_at_this_machine_finds_the_newest_mail_first(client):
    names = [put(subject=f"Mail {n}") for n in (1, 2)]

    html = page(client, "mailbox_list")

    assert re.findall(r"Mail \d", html) == ["Mail 2", "Mail 1"]
    assert reverse("notifications:mailbox_detail", args=[names[0]]) in html


def test_the_list_can_show_one_persons_mail(client):
    put(subject="Mail 1")
    put(subject="Mail 2", to=[("", "grace@ward.example")])

    html = client.get(reverse("notifications:mailbox_list"), {"to": "GRACE@"}).content.decode()

    assert re.findall(r"Mail \d", html) == ["Mail 2"]


def test_a_mail_shows_its_headers_its_text_and_clean_html(client):
    html = page(client, "mailbox_detail", put())

    assert "&lt;1@northlight.example&gt;" in html
    assert html.count('href="http://testserver/b/abc"') == 2
    body = html[html.index("<main") : html.index("</main")]
    for unwanted in ("<script", "<style", "onclick", "<img", "style="):
        assert unwanted not in body


def test_the_calendar_entry_can_be_downloaded_as_it_was_sent(client):
    name = put()
    assert "invite.ics" in page(client, "mailbox_detail", name)

    answer = client.get(reverse("notifications:mailbox_attachment", args=[name, 1]))

    assert answer.content == CALENDAR
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="invite.ics"'


@pytest.mark.parametrize("number", [0, 2, 99999999])
def test_an_attachment_that_is_not_there_is_404(client, number):
    url = reverse("notifications:mailbox_attachment", args=[put(), number])

    assert client.get(url).status_code == 404


@pytest.mark.parametrize("name", ["settings", "0000000000000-" + "0" * 32, "..-..-etc-passwd"])
def test_a_name_that_is_none_of_ours_is_404(client, name):
    assert client.get(f"/mail/read/{name}/").status_code == 404


@pytest.mark.parametrize(
    "elsewhere", [{"LOCAL_MODE": False}, {"EMAIL_URL": "smtp://mail.example:25"}]
)
def test_where_mail_really_leaves_there_is_no_mailbox(client, settings, elsewhere):
    name = put()
    for setting, value in elsewhere.items():
        setattr(settings, setting, value)

    for view, args in (
        ("mailbox_list", []),
        ("mailbox_detail", [name]),
        ("mailbox_attachment", [name, 1]),
    ):
        assert client.get(reverse(f"notifications:{view}", args=args)).status_code == 404


def test_mails_are_files_that_only_their_owner_reads(mailbox):
    name = put()

    assert stat.S_IMODE(mailbox.stat().st_mode) == 0o700
    assert stat.S_IMODE((mailbox / f"{name}.eml").stat().st_mode) == 0o600
    assert [path.suffix for path in mailbox.iterdir()] == [".eml"]


def test_a_mail_of_djangos_own_code_is_kept_as_well():
    connection = get_connection("notifications.backends.mailbox.MailboxBackend")
    mail = DjangoMail("Your sign-in code", "123456", to=["ada@ward.example"], connection=connection)

    assert mail.send() == 1

    (kept,) = list_mails()
    assert (kept.subject, kept.text.strip(), kept.recipient) == (
        "Your sign-in code",
        "123456",
        "ada@ward.example",
    )


def test_a_mail_with_a_broken_date_can_be_read():
    name = store(b"Subject: Odd\r\nDate: yesterday\r\n\r\nHello\r\n")
    mail = read_mail(name)

    assert mail is not None
    assert (mail.subject, mail.sent_at, mail.html) == ("Odd", None, "")
