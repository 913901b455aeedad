{{ verbatim("tests/contract/test_cors.py") }}
