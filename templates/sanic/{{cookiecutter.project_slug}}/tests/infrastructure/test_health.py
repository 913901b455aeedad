{{ named("tests/infrastructure/test_health.py") }}
