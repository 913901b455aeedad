{{ verbatim("tests/contract/sign_ins.py") }}
