{{ named("tests/test_migrations.py") }}
