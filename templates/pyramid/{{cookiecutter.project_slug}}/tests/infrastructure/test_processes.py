{{ named("tests/infrastructure/test_processes.py") }}
