{{ verbatim("src/migrations/script.py.mako") }}
