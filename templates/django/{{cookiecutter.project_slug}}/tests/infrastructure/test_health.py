{{ named("tests/infrastructure/test_health_threads.py") }}
