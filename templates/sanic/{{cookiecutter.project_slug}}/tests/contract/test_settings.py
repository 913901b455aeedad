{{ verbatim("tests/contract/test_settings.py") }}
