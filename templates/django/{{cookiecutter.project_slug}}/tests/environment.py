{{ named("tests/environment.py") }}
