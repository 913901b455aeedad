{{ verbatim("src/migrations/versions/0001_users_tokens_tasks.py") }}
