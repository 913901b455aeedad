{{ verbatim("tests/contract/test_cli.py") }}
