{{ verbatim("src/config.py") }}
