{{ verbatim("tests/contract/__init__.py") }}
