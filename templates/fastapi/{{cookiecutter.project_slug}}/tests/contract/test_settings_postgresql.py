{{ verbatim("tests/contract/test_settings_postgresql.py") }}
