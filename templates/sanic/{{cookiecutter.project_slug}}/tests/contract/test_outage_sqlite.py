{{ verbatim("tests/contract/test_outage_sqlite.py") }}
