{{ verbatim("tests/test_migrations.py") }}
