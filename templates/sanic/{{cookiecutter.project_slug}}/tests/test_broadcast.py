{{ verbatim("tests/test_broadcast.py") }}
