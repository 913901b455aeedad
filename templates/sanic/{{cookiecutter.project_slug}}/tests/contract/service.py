{{ verbatim("tests/contract/service.py") }}
