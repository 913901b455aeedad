"""Notes: what is done for them in the background."""

from collections.abc import Callable
from email.message import EmailMessage

from webtest import TestApp


def test_a_note_is_mailed_to_its_user_and_kept(
    signed_in: TestApp, mails: Callable[[], list[EmailMessage]]
) -> None:
    note = signed_in.post_json("/api/v1/notes", {"text": "Call Ada"})
    [_of_signing_up, mail] = mails()
    assert (mail["To"], mail["Subject"]) == ("user1@example.com", "Your note")
    assert "<p>Call Ada</p>" in mail.as_string()
    signed_in.get(note.headers["Location"])
