{{ synchronous("src/accounts/use_cases.py") }}
