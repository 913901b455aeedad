{{ verbatim("tests/contract/test_tracing.py") }}
