{{ verbatim("tests/contract/configured.py") }}
