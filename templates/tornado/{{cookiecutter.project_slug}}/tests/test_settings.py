{{ named("tests/test_settings.py") }}
