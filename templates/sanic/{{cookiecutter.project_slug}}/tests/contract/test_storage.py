{{ verbatim("tests/contract/test_storage.py") }}
