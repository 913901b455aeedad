{{ verbatim("src/web/serving_asgi.py") }}
