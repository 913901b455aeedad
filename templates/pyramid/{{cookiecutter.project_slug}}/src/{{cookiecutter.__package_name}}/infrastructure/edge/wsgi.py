{{ verbatim("src/infrastructure/edge/wsgi.py") }}
