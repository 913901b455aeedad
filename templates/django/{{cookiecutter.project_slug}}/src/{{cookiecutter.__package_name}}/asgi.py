{{ verbatim("src/asgi.py") }}
