"""What a problem says, of paths and of rules of one's own."""

from task_service.infrastructure.api.problems import reference
from task_service.infrastructure.errors import Invalid


def test_a_path_that_was_decoded_stands_as_it_does_in_an_address() -> None:
    assert reference("/a b/ü?#[]@:") == "/a%20b/%C3%BC%3F%23%5B%5D@:"


def test_a_rule_says_where_it_is_broken() -> None:
    assert Invalid("it is taken", pointer="/name").errors == [
        {"pointer": "/name", "detail": "it is taken"}
    ]
