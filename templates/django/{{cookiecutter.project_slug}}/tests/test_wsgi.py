{{ verbatim("tests/test_wsgi.py") }}
