{{ verbatim("src/changes.py") }}
