{{ verbatim("src/services_threads.py") }}
