{{ named("tests/infrastructure/test_tracing.py") }}
