{{ verbatim("tests/contract/waiting.py") }}
