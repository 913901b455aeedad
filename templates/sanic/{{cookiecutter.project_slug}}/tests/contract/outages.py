{{ verbatim("tests/contract/outages.py") }}
