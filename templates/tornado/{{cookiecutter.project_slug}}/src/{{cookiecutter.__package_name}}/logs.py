{{ verbatim("src/logs.py") }}
