{{ verbatim("src/features" ~ ("" if cookiecutter.__tasks else "_without_sample") ~ ".py") }}
