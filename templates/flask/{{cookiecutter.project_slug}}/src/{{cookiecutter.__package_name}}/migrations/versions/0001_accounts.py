{{ verbatim("src/migrations/versions/0001_accounts.py") }}
