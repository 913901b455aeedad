{{ named("tests/infrastructure/test_logs.py") }}
