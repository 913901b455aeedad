{{ verbatim("tests/test_health_threads.py") }}
