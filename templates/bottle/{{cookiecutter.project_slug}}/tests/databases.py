{{ named("tests/databases_" ~ cookiecutter.database ~ ".py") }}
