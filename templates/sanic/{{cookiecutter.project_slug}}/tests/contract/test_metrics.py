{{ verbatim("tests/contract/test_metrics.py") }}
