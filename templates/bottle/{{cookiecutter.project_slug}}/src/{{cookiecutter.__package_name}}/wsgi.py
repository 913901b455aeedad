{{ verbatim("src/wsgi.py") }}
