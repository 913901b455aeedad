{{ verbatim("src/accounts/events.py") }}
