{{ verbatim("tests/infrastructure/conftest.py") }}
