{{ verbatim("src/broadcast.py") }}
