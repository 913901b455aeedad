{{ verbatim("tests/contract/backing/sqlite.py") }}
