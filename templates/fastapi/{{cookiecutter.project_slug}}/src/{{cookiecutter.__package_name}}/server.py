{{ verbatim("src/server.py") }}
