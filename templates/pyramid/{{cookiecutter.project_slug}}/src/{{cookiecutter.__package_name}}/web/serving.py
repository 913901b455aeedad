{{ verbatim("src/web/serving_wsgi.py") }}
