{{ verbatim("tests/contract/client.py") }}
