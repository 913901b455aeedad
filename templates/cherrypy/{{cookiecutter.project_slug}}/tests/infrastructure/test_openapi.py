{{ named("tests/infrastructure/test_openapi.py") }}
