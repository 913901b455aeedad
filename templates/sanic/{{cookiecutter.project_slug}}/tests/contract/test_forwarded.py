{{ verbatim("tests/contract/test_forwarded.py") }}
