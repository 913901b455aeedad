{{ verbatim("tests/infrastructure/__init__.py") }}
