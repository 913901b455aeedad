{{ verbatim("tests/contract/wire.py") }}
