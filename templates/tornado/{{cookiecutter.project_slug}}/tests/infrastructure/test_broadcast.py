{{ named("tests/infrastructure/test_broadcast.py") }}
