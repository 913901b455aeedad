{{ synchronous("src/accounts/commands.py") }}
