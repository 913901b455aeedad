{{ named("tests/test_readme.py") }}
