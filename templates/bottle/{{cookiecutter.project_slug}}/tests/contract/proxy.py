{{ verbatim("tests/contract/proxy.py") }}
