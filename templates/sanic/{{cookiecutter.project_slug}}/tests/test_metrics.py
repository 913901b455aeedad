{{ verbatim("tests/test_metrics.py") }}
