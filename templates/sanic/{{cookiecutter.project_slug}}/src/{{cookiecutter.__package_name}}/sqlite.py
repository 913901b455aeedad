{{ verbatim("src/sqlite.py") }}
