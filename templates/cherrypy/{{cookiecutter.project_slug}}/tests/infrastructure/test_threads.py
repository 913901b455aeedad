{{ named("tests/infrastructure/test_threads.py") }}
