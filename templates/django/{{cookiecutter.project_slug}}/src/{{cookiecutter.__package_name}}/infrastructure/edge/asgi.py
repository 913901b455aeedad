{{ verbatim("src/infrastructure/edge/asgi.py") }}
