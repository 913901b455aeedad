{{ verbatim("tests/test_readme.py") }}
