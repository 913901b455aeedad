{{ verbatim("tests/conftest.py") }}
