{{ verbatim("tests/native_threads.py") }}
