{{ verbatim("src/docs.py") }}
