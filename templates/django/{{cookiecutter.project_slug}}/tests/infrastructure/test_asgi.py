{{ named("tests/infrastructure/test_asgi.py") }}
