{{ verbatim("tests/test_signing.py") }}
