{{ verbatim("src/migrations/__init__.py") }}
