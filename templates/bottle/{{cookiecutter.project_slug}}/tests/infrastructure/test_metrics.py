{{ named("tests/infrastructure/test_metrics.py") }}
