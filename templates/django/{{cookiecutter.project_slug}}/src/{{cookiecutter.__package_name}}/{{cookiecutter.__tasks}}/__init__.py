{{ verbatim("src/tasks/__init__.py") }}
