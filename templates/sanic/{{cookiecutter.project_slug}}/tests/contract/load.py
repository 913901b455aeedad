{{ verbatim("tests/contract/load.py") }}
