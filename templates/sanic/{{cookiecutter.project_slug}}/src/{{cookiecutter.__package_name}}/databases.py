{{ verbatim("src/databases_" ~ cookiecutter.database ~ ".py") }}
