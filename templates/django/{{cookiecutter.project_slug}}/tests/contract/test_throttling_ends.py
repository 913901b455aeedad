{{ verbatim("tests/contract/test_throttling_ends.py") }}
