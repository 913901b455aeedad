{{ verbatim("tests/contract/test_paths.py") }}
