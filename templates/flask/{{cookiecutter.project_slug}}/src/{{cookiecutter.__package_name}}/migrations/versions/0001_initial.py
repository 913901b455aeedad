{{ verbatim("src/migrations/versions/0001_initial.py") }}
