{{ verbatim("src/accounts/__init__.py") }}
