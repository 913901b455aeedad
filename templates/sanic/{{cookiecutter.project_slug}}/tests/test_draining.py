{{ verbatim("tests/test_draining.py") }}
