{{ named("tests/infrastructure/test_draining.py") }}
