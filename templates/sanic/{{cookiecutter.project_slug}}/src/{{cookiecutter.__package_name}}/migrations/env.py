{{ verbatim("src/migrations/env.py") }}
