{{ verbatim("tests/waiting.py") }}
