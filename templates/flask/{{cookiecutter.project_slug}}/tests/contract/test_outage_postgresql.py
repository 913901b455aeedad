{{ verbatim("tests/contract/test_outage_postgresql.py") }}
