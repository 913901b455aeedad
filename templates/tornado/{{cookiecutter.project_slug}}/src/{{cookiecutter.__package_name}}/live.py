{{ verbatim("src/live.py") }}
