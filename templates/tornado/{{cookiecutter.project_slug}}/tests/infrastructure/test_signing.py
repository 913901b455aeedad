{{ named("tests/infrastructure/test_signing.py") }}
