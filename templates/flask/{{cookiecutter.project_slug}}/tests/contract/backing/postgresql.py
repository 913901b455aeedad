{{ verbatim("tests/contract/backing/postgresql.py") }}
