"""Which passwords are too easy to guess."""

import pytest

from task_service.about import NAME
from task_service.infrastructure.security.strength import (
    is_common,
)


@pytest.mark.parametrize(
    ("password", "known", "expected"),
    [
        ("correct horse battery", [], False),
        ("password1234", [], True),
        ("passwordpasswordpassword", [], True),
        ("jane.doe2024", ["jane.doe@example.com"], True),
        (f"{NAME.replace(' ', '').lower()}2026", [], True),
        ("qwertyuiop[]", [], True),
        ("abcdefghijkl", [], True),
        ("111111111111", [], True),
        ("8243 5571 9026", [], False),
        (" " * 12, [], True),
        ("x" * 128, [], True),
        ("xy" * 6, [], True),
        ("Password2026!", [], True),
        ("12dragon-7391", [], True),
        ("x7#kdog19!!2", [], False),
        ("k#7291234!?8", [], False),
        ("ada.example.com", ["ada@example.com"], True),
        ("Ada_Example_2026", ["ada@example.com"], True),
        ("ada.example.com", ["eve@example.org"], False),
        # So many signs may stand for letters that all readings would take minutes.
        ("p4$$w0rd!1|7@3+" * 4, [], False),
    ],
)
def test_whether_a_password_is_common(password: str, known: list[str], *, expected: bool) -> None:
    assert is_common(password, *known) == expected
