{{ named("tests/infrastructure/test_counts.py") }}
