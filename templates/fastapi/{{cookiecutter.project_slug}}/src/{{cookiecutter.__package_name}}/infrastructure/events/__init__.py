{{ verbatim("src/infrastructure/events/__init__.py") }}
