{{ verbatim("tests/contract/backing/_postgresql_server.py") }}
