{{ verbatim("src/infrastructure/database/backends_" ~ cookiecutter.database ~ ".py") }}
