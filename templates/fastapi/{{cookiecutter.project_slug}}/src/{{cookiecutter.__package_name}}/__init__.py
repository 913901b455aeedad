{{ verbatim("src/__init__.py") }}
