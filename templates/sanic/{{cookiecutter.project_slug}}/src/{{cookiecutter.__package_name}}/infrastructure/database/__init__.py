{{ verbatim("src/infrastructure/database/__init__" ~ ("sqlite" if cookiecutter.database == "sqlite" else "") ~ ".py") }}
