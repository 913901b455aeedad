"""Notes: each user has their own."""

from collections.abc import Callable

from webtest import TestApp


def test_a_note_can_be_read_again(signed_in: TestApp) -> None:
    response = signed_in.post_json("/api/v1/notes", {"text": "Call Ada"}, status=201)
    assert signed_in.get(response.headers["Location"]).json == response.json


def test_a_note_of_another_user_is_not_found(
    client: TestApp, sign_up: Callable[[], dict[str, str]]
) -> None:
    note = client.post_json("/api/v1/notes", {"text": "Call Ada"}, headers=sign_up())
    client.get(note.headers["Location"], headers=sign_up(), status=404)
