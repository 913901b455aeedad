{{ named("tests/infrastructure/test_wsgi.py") }}
