{{ named("tests/test_service.py") }}
