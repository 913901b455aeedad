{{ verbatim("src/accounts/commands.py") }}
