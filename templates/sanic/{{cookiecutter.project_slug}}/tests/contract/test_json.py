{{ verbatim("tests/contract/test_json.py") }}
