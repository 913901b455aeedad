{{ verbatim("src/health_threads.py") }}
