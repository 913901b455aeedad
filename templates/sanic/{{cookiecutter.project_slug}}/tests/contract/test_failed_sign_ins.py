{{ verbatim("tests/contract/test_failed_sign_ins.py") }}
