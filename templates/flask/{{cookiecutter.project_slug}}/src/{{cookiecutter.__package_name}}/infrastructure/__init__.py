{{ verbatim("src/infrastructure/__init__.py") }}
