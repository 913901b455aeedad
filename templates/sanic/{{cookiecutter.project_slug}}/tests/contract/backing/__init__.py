{{ verbatim("tests/contract/backing/__init__.py") }}
