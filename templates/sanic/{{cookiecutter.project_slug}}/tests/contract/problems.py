{{ verbatim("tests/contract/problems.py") }}
