{{ verbatim("src/draining.py") }}
